import CatalinkCore
import CatalinkRead
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// What holds of every preset of a shop.
@Suite(.timeLimit(.minutes(10)))
struct ShopPresetTests {
    static let names = [
        "amazon-flat-file", "amazon-listings", "bigcommerce", "bigcommerce-v3", "commercetools", "etsy",
        "magento", "matrixify", "medusa", "prestashop", "shopify", "shopify-classic", "shopware5", "spree",
        "square", "stripe-prices", "vendure", "webtoffee", "wix", "woocommerce",
    ]

    @Test(arguments: names)
    func aPresetWithItsOwnLinesIsAJob(_ name: String) throws {
        let preset = try #require(Preset.named(name))
        #expect(!preset.about.isEmpty)
        #expect(!preset.columns.isEmpty)
        #expect(preset.text.hasPrefix("# "))
        let job = try load(name, preset.job)
        #expect(job.mapping.pricing?.conversion != nil)
    }

    /// Net prices, and prices of which there are several, are for the job to choose.
    @Test(arguments: ["prestashop", "medusa", "commercetools"])
    func aPriceThatOnlyTheJobCanSayIsAskedFor(_ name: String) {
        #expect {
            try load(name, "")
        } throws: { error in
            (error as? JobFileError)?.messages.contains { $0.contains("`price:`") } ?? false
        }
    }

    /// Each file of the folder is compiled in and listed.
    @Test func everyFileIsListed() throws {
        let folder =
            #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
            + "/Sources/CatalinkRunner/Presets"
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let name = String(file.prefix { $0 != "." })
            #expect(Preset.named(name) != nil, "\(file) is not listed")
        }
        for name in Self.names {
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name).yaml"))
        }
    }

    private func load(_ preset: String, _ lines: String) throws -> Job {
        let directory = FileManager.default.temporaryDirectory.path + "/preset-\(preset)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try write(
            "job: j\nsource: {path: c.csv, preset: \(preset)}\ntarget: {sandbox: {}}\n\(lines)\n",
            to: directory + "/job.yaml")
        return try JobFile.load(directory + "/job.yaml")
    }
}

extension PresetFixture {
    /// What every fixture is held to.
    func check() async throws {
        let outcome = try await outcome()
        #expect(outcome.finding.hasPrefix("preset \(preset): "))
        #expect(outcome.links == links)
        #expect(outcome.filtered == filtered)
        #expect(outcome.books[.invalid] == invalid, "\(outcome.problems)")
        #expect(outcome.books[.duplicate] == 0, "\(outcome.problems)")
        #expect(outcome.books[.created] == links.count)
    }
}
