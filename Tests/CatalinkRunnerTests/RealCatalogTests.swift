import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

private let realCatalogs =
    #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
    + "/../shared/catalogs"

/// Exports of real shops, planned; only where the folder with them lies beside the project.
@Suite(.timeLimit(.minutes(10)), .enabled(if: FileManager.default.fileExists(atPath: realCatalogs)))
struct RealCatalogTests {
    private struct Case {
        var file: String
        var preset: String?
        var source = ""
        var job: String
        var rows: Int
        var counts: [Verdict: Int]
        var creations: Int
    }

    private static let cases: [Case] = [
        Case(
            file: "shopify-packt-product-data.csv", preset: "shopify-classic", job: "", rows: 21,
            counts: [.filtered: 0], creations: 21),
        // Each of 87 variants in two currencies, and 37 products that only have them.
        Case(
            file: "spree-sample-products.csv", preset: "spree", job: "", rows: 211,
            counts: [.filtered: 124], creations: 87),
        Case(
            file: "spree-sample-products.csv", preset: "spree",
            job: "where: {currency: {eq: EUR, reason: prices in other currencies}}", rows: 211,
            counts: [.filtered: 124], creations: 87),
        Case(
            file: "spree-spec-products-import.csv", preset: "spree", job: "", rows: 17,
            counts: [.filtered: 17], creations: 0),
        Case(
            file: "etsy-listings-italian-sabaceramics.csv", preset: "etsy",
            job: "where: {CURRENCY_CODE: {eq: EUR, reason: listings in another currency}}", rows: 27,
            counts: [.filtered: 0], creations: 27),
        // They are in euros, and the job that the preset begins says dollars.
        Case(
            file: "etsy-listings-italian-sabaceramics.csv", preset: "etsy", job: "", rows: 27,
            counts: [.filtered: 27], creations: 0),
        Case(
            file: "commercetools-sunrise-products-ci.csv", preset: "commercetools",
            job: "pricing: {price: \"{{prices | split: ';' | first | money: EUR, minor}}\"}", rows: 3,
            counts: [:], creations: 3),
        Case(
            file: "medusa-exported-products-comma.csv", preset: "medusa",
            job: "pricing: {price: \"{{Variant Price USD | decimal: point}}\"}", rows: 3,
            counts: [.filtered: 3], creations: 0),
        Case(
            file: "medusa-exported-products-semicolon.csv", preset: "medusa",
            job: """
                where: {Product Status: ~}
                link: {coverImage: ~}
                pricing: {price: "{{Variant Price DKK | decimal: point}}"}
                """, rows: 3, counts: [:], creations: 3),
        // Its images are placeholders, and its rows lack the last column.
        Case(
            file: "shopware5-article-complete-semicolon.csv", preset: "shopware5", source: ", ragged: pad",
            job: "link: {coverImage: ~}", rows: 8, counts: [.filtered: 0], creations: 8),
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
            let preset = given.preset.map { ", preset: \($0)" } ?? ""
            try write(
                """
                job: real
                source: {path: "\(realCatalogs)/\(given.file)"\(records)\(preset)\(given.source)}
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
