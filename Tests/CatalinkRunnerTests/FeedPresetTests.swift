import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// What a job that `catalink init` begins on a preset makes of an export.
struct PresetRun {
    /// `url | title | amount currency` of each link, by url.
    var links: [String] = []
    var filtered: [String: Int] = [:]
    /// What is wrong with rows, without their places.
    var problems: [String] = []
    var coverImages: [String] = []

    /// - Parameter job: lines of the job; by default those that the preset gives it.
    init(_ name: String, file: String, _ catalog: String, job: String? = nil) async throws {
        let preset = try #require(Preset.named(name))
        self = try await withTemporaryDirectory { directory in
            try write(catalog, to: "\(directory)/\(file)")
            try write(
                """
                job: j
                source: {path: \(file), preset: \(name)}
                target: {sandbox: {limit: 1000, window: 1s}}
                state: state
                \(job ?? preset.job)
                """, to: directory + "/job.yaml")
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            let summary = try await Pipeline(JobFile.load(directory + "/job.yaml"), environment).run()
            let bodies = try await SandboxBodies.read(directory + "/state/sandbox/default/j/sandbox.sqlite")
            return try PresetRun(summary.plan, bodies)
        }
    }

    private init(_ plan: PlanReport, _ bodies: [String]) throws {
        filtered = plan.filtered
        problems = plan.problems.groups.flatMap(\.examples).map { "\($0.subject): \($0.explanation)" }
        for body in bodies {
            let link = try JSONDecoder().decode(Body.self, from: Data(body.utf8))
            links.append(
                "\(link.url) | \(link.title) | \(link.amount.map { "\($0)" } ?? "none") \(link.currency)")
            if let image = link.coverImage { coverImages.append(image) }
        }
    }

    private struct Body: Decodable {
        var url: String
        var title: String
        var amount: Decimal?
        var currency: String
        var coverImage: String?
    }
}

/// What holds for every preset.
@Suite(.timeLimit(.minutes(10)))
struct FeedPresetTests {
    @Test func everyFileOfTheFolderIsListed() throws {
        let top = #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
        let files = try FileManager.default.contentsOfDirectory(
            atPath: top + "/Sources/CatalinkRunner/Presets")
        let names = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        #expect(Preset.all.map(\.name) == names.sorted())
    }

    @Test(arguments: Preset.all.map(\.name))
    func aJobNeedsOnlyWhatThePresetGivesIt(_ name: String) async throws {
        let preset = try #require(Preset.named(name))
        #expect(!preset.about.isEmpty && preset.about != name)
        #expect(!(preset.columns + preset.elements).isEmpty)
        #expect(preset.text.hasPrefix("# "))
        try await withTemporaryDirectory { directory in
            try write(
                "job: j\nsource: {path: export, preset: \(name)}\ntarget: {sandbox: {}}\n\(preset.job)\n",
                to: directory + "/job.yaml")
            let job = try JobFile.load(directory + "/job.yaml")
            #expect(job.mapping.pricing != nil)
        }
    }

    /// Feeds do not say, or say in every price, what their currency is: only the job can.
    @Test(arguments: [
        "bmecat", "ceneo", "google-merchant", "google-merchant-atom", "google-merchant-rss", "google-retail",
        "heureka", "meta-catalog", "tradetracker", "yandex-yml",
    ])
    func aFeedIsNotPricedUnlessTheJobSaysHow(_ name: String) async throws {
        let messages: [String] = try await withTemporaryDirectory { directory in
            try write(
                "job: j\nsource: {path: export, preset: \(name)}\ntarget: {sandbox: {}}\n",
                to: directory + "/job.yaml")
            do {
                _ = try JobFile.load(directory + "/job.yaml")
                return []
            } catch let error as JobFileError {
                return error.messages
            }
        }
        #expect(messages.contains { $0.contains(": pricing: expected `price:`, got: nothing") })
    }
}
