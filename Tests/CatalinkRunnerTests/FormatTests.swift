import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// The same products in each format, and what a whole run makes of them.
@Suite(.timeLimit(.minutes(10)))
struct FormatTests {
    private static let products = [
        ("SKU-1", "Blue & white mug", "12.50"), ("SKU-2", "Käsebrett \"Eiche\"", "49.00"),
        ("SKU-3", "Two\nlines", "7"),
    ]

    private static var csv: String {
        "sku,title,price\n"
            + products.map { "\($0.0),\"\($0.1.replacing("\"", with: "\"\""))\",\($0.2)\n" }.joined()
    }

    private static var xml: String {
        "<shop>"
            + products.map { "<p price=\"\($0.2)\"><sku>\($0.0)</sku><title><![CDATA[\($0.1)]]></title></p>" }
            .joined()
            + "</shop>"
    }

    private static var yaml: String {
        "shop:\n"
            + products.map {
                "  - sku: \($0.0)\n    title: \"\($0.1.replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\"\n    price: \($0.2)\n"
            }
            .joined()
    }

    /// Runs a job of the three products and gives the bodies that the sandbox received, by its own store.
    private static func requests(_ file: String, _ text: String, source: String, price: String) async throws
        -> [String]
    {
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/" + file)
            try write(
                """
                job: same
                source: \(source)
                key: "{{sku}}"
                segments: [standard, premium]
                link: {title: "{{title | replace: '\n', ' '}}", url: "{{sku | slug}}-{{segment}}"}
                pricing:
                  price: "{{\(price)}}"
                  rules: [{name: premium, when: {segment: premium}, percent: -10}]
                target: {sandbox: {limit: 100, window: 1s}}
                state: state
                """, to: directory + "/job.yaml")
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            let summary = try await Pipeline(JobFile.load(directory + "/job.yaml"), environment).run()
            #expect(summary.status == .settled)
            #expect(summary.books[.created] == 6)
            return try await SandboxBodies.read(directory + "/state/sandbox/default/same/sandbox.sqlite")
        }
    }

    @Test func theSameProductsGiveTheSameBytes() async throws {
        let csv = try await Self.requests("c.csv", Self.csv, source: "{path: c.csv}", price: "price")
        let xml = try await Self.requests(
            "c.xml", Self.xml, source: "{path: c.xml, records: /shop/p}", price: "@price")
        let yaml = try await Self.requests(
            "c.yaml", Self.yaml, source: "{path: c.yaml, records: /shop}", price: "price")
        #expect(csv.count == 6)
        #expect(csv == xml)
        #expect(csv == yaml)
        #expect(
            csv.contains {
                $0.hasPrefix(#"{"title":"Käsebrett \"Eiche\"","url":"sku-2-premium","linkType":"PRODUCT","#)
            })
        #expect(csv.contains { $0.contains(#""amount":44.1,"#) })
    }
}
