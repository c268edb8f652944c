import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// Jobs that begin with what a preset says.
@Suite(.timeLimit(.minutes(10)))
struct JobOnPresetTests {
    private static let preset = """
        preset: house
        about: the house's own export
        detect: {columns: [sku, name]}
        source: {delimiter: ";"}
        where:
          state: {in: [on, ""], reason: articles that are off}
          price: {empty: false}
        key: "{{sku}}"
        link: {title: "{{name}}", url: "{{sku | slug}}", customFields: {sku: "{{sku}}", shop: main}}
        pricing: {price: "{{price}}", zero: skip}
        """

    private static let catalog = """
        sku;name;price;state
        A-1;Tin mug;5.00;on
        A-2;Tin cup;;on
        A-3;Tin pot;7.00;off
        A-4;Tin pan;0;
        """

    private static func report(
        _ job: String, preset: String = preset, isWholeJob: Bool = false, catalog: String = catalog
    ) async throws -> PlanReport {
        try await withTemporaryDirectory { directory in
            try write(catalog, to: directory + (isWholeJob ? "/c.json" : "/c.csv"))
            try write(preset, to: directory + "/house.yaml")
            try write(
                (isWholeJob ? "job: j" : "job: j\nsource: {path: c.csv, preset: house.yaml}")
                    + "\ntarget: {sandbox: {}}\n\(job)\n",
                to: directory + "/job.yaml")
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            do {
                return try await Pipeline(JobFile.load(directory + "/job.yaml"), environment).check()
            } catch let error as JobFileError {
                throw JobFileError(
                    messages: error.messages.map { $0.replacing(directory + "/", with: "") })
            }
        }
    }

    private static func complaints(_ job: String, preset: String = preset, catalog: String = catalog) async
        -> [String]
    {
        do {
            _ = try await report(job, preset: preset, catalog: catalog)
            return []
        } catch let error as JobFileError {
            return error.messages
        } catch {
            return ["\(error)"]
        }
    }

    @Test func aPresetIsEnough() async throws {
        let report = try await Self.report("")
        #expect(report.totals.creations == 1)
        #expect(
            report.filtered == [
                "articles that are off": 1, "price is empty": 1,
                "no price, or one that is not above zero (`zero: skip`)": 1,
            ])
    }

    @Test func theJobComesFirst() async throws {
        let report = try await Self.report("pricing: {zero: free}\nwhere: {sku: {not: A-1}}")
        #expect(report.totals.creations == 1)
        #expect(report.filtered == ["articles that are off": 1, "price is empty": 1, "sku is \"A-1\"": 1])
    }

    @Test func anEntryWithoutAValueTakesThePresetsAway() async throws {
        let report = try await Self.report("where: {state: ~}\npricing: {zero: ~}")
        #expect(report.totals.creations == 2)
        #expect(report.books[.invalid] == 1)
        #expect(report.filtered == ["price is empty": 1])
    }

    @Test func aColumnOfThePresetMayBeMissing() async throws {
        let report = try await Self.report("", catalog: "sku;name;price\nA-1;Tin mug;5.00\n")
        #expect(report.totals.creations == 1)
        let complaints = await Self.complaints(
            "where: {stat: on}", catalog: "sku;name;price\nA-1;Tin mug;5.00\n")
        #expect(complaints.count == 1)
        #expect(complaints[0].hasPrefix("job.yaml:4:9: expected a column of "))
    }

    @Test func anotherExportIsTold() async {
        let complaints = await Self.complaints("", catalog: "sku;title\nA-1;Tin mug\n")
        #expect(complaints.count == 1)
        #expect(
            complaints[0].contains(
                "expected an export that preset house fits (the house's own export), got: "))
        #expect(complaints[0].contains("without the column \"name\""))
    }

    @Test func whatIsWrongWithThePresetIsToldThere() async {
        let preset = Self.preset.replacing("{{sku | slug}}", with: "{{sku | slog}}")
        let complaints = await Self.complaints("", preset: preset)
        #expect(
            complaints == [
                "house.yaml:9:32: link.url: expected a filter, got: \"slog\" (did you mean \"slug\"?)"
            ])
    }

    @Test func aRowsProblemNamesThePresetsRule() async throws {
        let report = try await Self.report("", catalog: "sku;name;price\nA-1;X;5.00\n")
        let message = report.problems.groups[0].examples[0].message(jobFile: "job.yaml")
        #expect(message.hasSuffix("house.yaml:9]"))
    }

    @Test(arguments: [("shopfy", "(did you mean \"shopify\"?)"), ("zzzzzzzzzz", "(")])
    func anUnknownPresetIsTold(_ name: String, _ hint: String) async {
        let complaints = await Self.complaints("key: a", preset: "")
        #expect(!complaints.isEmpty)
        let other = await complaintsOfJob("source: {path: c.csv, preset: \(name)}")
        // And nothing of all that the job lacks without it.
        #expect(other.count == 1)
        #expect(
            other.contains {
                $0.contains(
                    "2:31: source.preset: expected a preset or a file of one, got: \"\(name)\" \(hint)")
            })
    }

    @Test func whatOnlyTakesAwayMustHaveSomethingToTake() async throws {
        let complaints = await Self.complaints("where: {state: ~, stat: ~}")
        #expect(
            complaints == [
                "job.yaml:4:25: where.stat: expected what it must be, got: nothing (`{empty: true}` asks for no "
                    + "text; without a value an entry only takes a preset's away)"
            ])
    }

    @Test func aPresetMayServeAFormatThatIgnoresPartOfIt() async throws {
        let report = try await Self.report(
            "source: {path: c.json, records: /, preset: house.yaml}", isWholeJob: true,
            catalog: #"[{"sku": "A-1", "name": "Tin mug", "price": "5.00"}]"#)
        #expect(report.totals.creations == 1)
    }

    private func complaintsOfJob(_ source: String) async -> [String] {
        do {
            return try await withTemporaryDirectory { directory in
                try write("job: j\n\(source)\ntarget: {sandbox: {}}\n", to: directory + "/job.yaml")
                _ = try JobFile.load(directory + "/job.yaml")
                return []
            }
        } catch {
            return (error as? JobFileError)?.messages ?? ["\(error)"]
        }
    }
}
