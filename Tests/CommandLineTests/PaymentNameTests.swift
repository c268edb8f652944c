import CatalinkCore
import Foundation
import Testing

/// Links that payments name by what was changed since.
@Suite(.timeLimit(.minutes(10)))
struct PaymentNameTests {
    /// A job whose links have the order as their reference.
    private static func writeJob(_ command: CommandLine, _ onChange: String) throws {
        try command.writeJob(
            "job", source: "{path: c.csv}", target: "{sandbox: {limit: 100, window: 1s}}",
            more: "policy: {onChange: \(onChange), brakes: {changed: 100%, moved: off}}")
        let job = try command.read("job.yaml").replacing(
            "linkType: PRODUCT", with: "linkType: PRODUCT, paymentForId: \"{{order}}\"")
        try command.write(job, to: "job.yaml")
    }

    /// One item, made by one catalog and changed by another.
    private static func withChanged(
        _ onChange: String, from before: String, to after: String,
        _ body: (CommandLine, _ link: String) async throws -> Void
    ) async throws {
        try await CommandLine.withProject { command in
            try writeJob(command, onChange)
            for row in [before, after] {
                try command.write("sku,title,price,order\n\(row)\n", to: "c.csv")
                let run = try await command.run("run", "-q", "job.yaml")
                try #require(run.status == 0, "\(run.output)\(run.errors)")
            }
            let item = try await command.run("results", "job.yaml", "--format", "jsonl")
            let line = try JSONValue(parsing: Array(item.output.utf8))
            try await body(command, line["link_id"]?.string ?? "")
        }
    }

    private static func linksOfPayments(_ command: CommandLine) async throws -> [String: Int] {
        let top = try await command.run("top", "job.yaml", "--by", "conversions", "--format", "json")
        let links = try JSONValue(parsing: Array(top.output.utf8)).elements ?? []
        return Dictionary(
            links.map { ($0["link_id"]?.string ?? "", $0["conversions"]?.integer ?? 0) }, uniquingKeysWith: +)
    }

    /// The older link was made before the newer one; of which a payment is does not depend on when it is imported.
    @Test func aReferenceIsOfTheLinkThatWasTheLatestWhenItWasPaid() async throws {
        try await Self.withChanged("replace", from: "A,Tin mug,5,o-1", to: "A,Tin mug,6,o-1") {
            command, newest in
            try command.write(
                """
                id,reference,amount,currency,time
                1,o-1,5,usdc,2020-01-01T00:00:00Z
                2,o-1,6,usdc,2999-01-01T00:00:00Z
                3,o-1,6,usdc,2999-01-02T00:00:00Z

                """, to: "p.csv")
            let first = try await command.run("conversions", "import", "job.yaml", "p.csv")
            #expect(first.status == 0, "\(first.output)")
            let links = try await Self.linksOfPayments(command)
            #expect(links.count == 2)
            #expect(links[newest] == 2)
            let again = try await command.run("conversions", "import", "job.yaml", "p.csv")
            #expect(again.output.contains("3 rows = 0 new + 3 known + 0 unmatched + 0 invalid"))
        }
    }

    /// Also where it is of another link by then: times may be ahead of the ledger's clock.
    @Test func aReplacementMakesNoPaymentTwice() async throws {
        try await CommandLine.withProject { command in
            try Self.writeJob(command, "replace")
            try command.write(
                """
                id,reference,amount,currency,time
                1,o-1,5,usdc,2999-01-01T00:00:00Z
                ,o-1,6,usdc,2999-01-01T00:00:00Z

                """, to: "p.csv")
            var first = ""
            for (price, counts) in [("5", "2 new + 0 known"), ("6", "0 new + 2 known")] {
                try command.write("sku,title,price,order\nA,Tin mug,\(price),o-1\n", to: "c.csv")
                #expect(try await command.run("run", "-q", "job.yaml").status == 0)
                let outcome = try await command.run("conversions", "import", "job.yaml", "p.csv")
                #expect(
                    outcome.output.contains("2 rows = \(counts) + 0 unmatched + 0 invalid"),
                    "\(outcome.output)")
                let item = try await command.run("results", "job.yaml", "--format", "jsonl")
                let link = try JSONValue(parsing: Array(item.output.utf8))["link_id"]?.string ?? ""
                if first.isEmpty { first = link }
                #expect((first == link) == (price == "5"))
                // By any of the item's links.
                for named in [first, link] {
                    let rows = try command.read("p.csv").replacing("reference", with: "link_id")
                    try command.write(rows.replacing("o-1", with: named), to: "l.csv")
                    let again = try await command.run("conversions", "import", "job.yaml", "l.csv")
                    #expect(again.output.contains("2 rows = 0 new + 2 known"), "\(again.output)")
                }
            }
        }
    }

    @Test func anIDWithNULStopsNoOther() async throws {
        try await PaymentScene.with { scene in
            let payment =
                #""slug": "enamel-mug-spring", "amount": "9", "currency": "usdc", "time": "2026-11-02"}"#
            try scene.command.write(
                #"{"id": "\u0000abc", "# + payment + "\n" + #"{"id": "b", "# + payment + "\n", to: "p.jsonl")
            let books = try await scene.imported(2, "p.jsonl")
            #expect(books.books("new") == 1)
            #expect(books.books("invalid") == 1)
        }
    }

    /// The API leaves the reference of a link as it was made.
    @Test func anUpdateLeavesTheReferenceOfALink() async throws {
        try await Self.withChanged("update", from: "A,Tin mug,5,o-1", to: "A,Tin mug,5,o-2") {
            command, link in
            try command.write(
                """
                id,reference,amount,currency,time
                1,o-1,5,usdc,2026-11-01T00:00:00Z
                2,o-2,5,usdc,2026-11-02T00:00:00Z

                """, to: "p.csv")
            let outcome = try await command.run("conversions", "import", "job.yaml", "p.csv")
            #expect(outcome.output.contains("2 rows = 1 new + 0 known + 1 unmatched + 0 invalid"))
            #expect(try await Self.linksOfPayments(command) == [link: 1])
        }
    }
}
