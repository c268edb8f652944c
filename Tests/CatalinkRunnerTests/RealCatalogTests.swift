import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

private let realCatalogs =
    #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
    + "/../shared/catalogs"

/// Exports of real shops, planned; only where the folder with them lies beside the project.
@Suite(.timeLimit(.minutes(2)), .enabled(if: FileManager.default.fileExists(atPath: realCatalogs)))
struct RealCatalogTests {
    private struct Case {
        var file: String
        var job: String
        var rows: Int
        var counts: [Verdict: Int]
        var creations: Int
    }

    private static let cases: [Case] = [
        Case(
            file: "shopify-packt-product-data.csv",
            job: """
                where: {Title: {empty: false}, "Variant Price": {empty: false}}
                key: "{{Handle}}"
                link: {title: "{{Title}}", url: "{{Handle}}", coverImage: "{{Image Src}}"}
                pricing: {price: "{{Variant Price}}"}
                """, rows: 21, counts: [.filtered: 1], creations: 20),
        Case(
            file: "spree-sample-products.csv",
            job: """
                fillDown: {by: slug, columns: [name]}
                where: {currency: USD}
                key: "{{sku}}"
                link: {title: "{{name}}", url: "{{slug}}-{{sku | slug}}"}
                pricing: {price: "{{price}}", zero: skip}
                """, rows: 211, counts: [.filtered: 124], creations: 87),
        Case(
            file: "shopware5-article-prices-decimal-comma.csv",
            job: """
                key: "{{ordernumber}} {{pricegroup}} {{from}}"
                link: {title: "{{_name | truncate: 100}}", url: "{{ordernumber | slug}}-{{pricegroup | lower}}-{{from}}"}
                pricing: {price: "{{price | decimal: comma}}"}
                """, rows: 98, counts: [:], creations: 98),
        Case(
            file: "aws-retail-demo-store-products.yaml",
            job: """
                key: "{{id}}"
                link: {title: "{{name | truncate: 100}}", url: "{{id}}", description: "{{description | truncate: 500}}"}
                pricing: {price: "{{price}}"}
                """, rows: 2465, counts: [:], creations: 2465),
        Case(
            file: "yandex-yml-zverushko.xml",
            job: """
                key: "{{@id}}"
                link: {title: "{{name}}", url: "offer-{{@id}}", coverImage: "{{picture}}"}
                pricing: {price: "{{price}}"}
                """, rows: 3, counts: [:], creations: 3),
    ]

    @Test(arguments: cases.indices)
    func anExportIsPlanned(_ index: Int) async throws {
        let given = Self.cases[index]
        try await withTemporaryDirectory { directory in
            let records = given.file.hasSuffix("xml") ? ", records: /yml_catalog/shop/offers/offer" : ""
            try write(
                """
                job: real
                source: {path: "\(realCatalogs)/\(given.file)"\(records)}
                target: {sandbox: {limit: 100, window: 1s}}
                state: state
                \(given.job)
                """, to: directory + "/job.yaml")
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            let job = try JobFile.load(directory + "/job.yaml")
            let report = try await Pipeline(job, environment).plan()
            #expect(report.books.rows == given.rows)
            #expect(
                report.totals.creations == given.creations, "\(report.problems.groups.map(\.examples.first))")
            for (verdict, count) in given.counts { #expect(report.books[verdict] == count) }
            #expect(report.books.sum + report.totals.requests == report.books.pairs)
        }
    }
}
