import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

/// `catalink analytics JOB [LINK]`
struct Analyze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analytics",
        abstract: "Show what links have sold: payments, revenue, average, first and last.",
        discussion: """
            All links, those of one item, or groups of them:

              catalink analytics jobs/tracked-links.yaml --by campaign
              catalink analytics jobs/tracked-links.yaml NL-001 --since 30d

            Amounts are added exactly, each currency by itself. An average is the
            exact quotient rounded half to even, with two decimals more than the
            currency or the amounts have.
            """)

    @OptionGroup var argument: JobArgument

    @Argument(help: "One link: its id, its address, or the key of its item.")
    var link: String?

    @Option(help: "source, medium, campaign, segment, day or product.")
    var by: ConversionDimension?

    @OptionGroup var range: SinceArgument

    @Option(help: "text, json or csv.")
    var format = TableFormat.text

    func run() async throws {
        try await reporting(argument.job, format.document) {
            let analytics = try await Analytics(
                of: JobFile.load(argument.job), by: by, link: link,
                since: range.moment(before: SystemClock().now()), variables: Terminal.variables)
            switch format {
            case .text: Terminal.print(analytics.text)
            case .json: Terminal.print([analytics.json.indented()])
            case .csv: try Terminal.write(Data(analytics.csv))
            }
            return .settled
        }
    }
}

/// `catalink top JOB`
struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the links that have sold most.",
        discussion: """
            Each currency has a list of its own, as amounts of two are never
            compared:

              catalink top jobs/tracked-links.yaml --limit 10
              catalink top jobs/tracked-links.yaml --by conversions --format json
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "How many links of each currency.")
    var limit = 10

    @Option(help: "revenue, conversions or average.")
    var by = LinkRank.revenue

    @OptionGroup var range: SinceArgument

    @Option(help: "text, json or csv.")
    var format = TableFormat.text

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit: expected 1 to 100000, got: \(limit)")
        }
    }

    func run() async throws {
        try await reporting(argument.job, format.document) {
            let top = try await TopList(
                of: JobFile.load(argument.job), by: by, limit: limit,
                since: range.moment(before: SystemClock().now()), variables: Terminal.variables)
            switch format {
            case .text: Terminal.print(top.text)
            case .json: Terminal.print([top.json.indented()])
            case .csv: try Terminal.write(Data(top.csv))
            }
            return .settled
        }
    }
}

extension ConversionDimension: ExpressibleByArgument {}
extension LinkRank: ExpressibleByArgument {}

enum TableFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv

    /// What a failure is told in.
    var document: DocumentFormat { self == .json ? .json : .text }
}

struct SinceArgument: ParsableArguments {
    @Option(help: "Only payments from then on: a day, a moment by RFC 3339, or so long ago, such as 30d.")
    var since: String?

    func validate() throws {
        guard let since, moment(before: SystemClock().now()) == nil else { return }
        throw ValidationError(
            "--since: expected a day, a moment or an age such as 2026-11-01, 2026-11-01T08:00:00Z or 30d, got: \(since.quoted)"
        )
    }

    func moment(before now: Timestamp) -> Timestamp? {
        guard let since else { return nil }
        if let time = TimeFormat.precise(Array(since.utf8)) { return time }
        // No day of the calendar is long before that.
        guard let age = Duration(written: since), age <= .seconds(1000 * 365 * 86_400) else { return nil }
        return now - age
    }
}
