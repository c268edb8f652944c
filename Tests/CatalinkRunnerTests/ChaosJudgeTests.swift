import CatalinkCore
import Testing

@testable import CatalinkRunner

/// The judge of the proof finds each broken promise when it is planted.
struct ChaosJudgeTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let rows = (1...3).map {
        ChaosRow(sku: "SKU-\($0)", title: "Mug \($0)", price: "\($0).50")
    }

    /// A link as the sandbox lists it, made some seconds after the first run began.
    private static func link(
        _ row: ChaosRow, id: String? = nil, after seconds: Int64 = 1, generation: Int = 1, live: Bool = true
    ) throws -> ChaosLink {
        let moment = CivilTime(start + .seconds(seconds)).iso8601.replacing("Z", with: ".250Z")
        let value = JSONValue.object([
            ("id", .string(id ?? "pl_\(row.sku)")), ("title", .string(row.title)),
            ("amount", .number(row.price)),
            ("paymentForId", .string("\(ChaosRow.marker(of: row.sku))-\(generation)")),
            ("status", .string(live ? "ACTIVE" : "INACTIVE")), ("createdAt", .string(moment)),
            ("updatedAt", .string(moment)),
        ])
        return try #require(ChaosLink(value))
    }

    private static func result(_ row: ChaosRow, _ state: String = "created") throws -> ChaosResult {
        let link: JSONValue = state == "created" ? .string("pl_\(row.sku)") : .null
        let value = JSONValue.object([
            ("key", .string(row.sku)), ("state", .string(state)), ("link_id", link),
        ])
        return try #require(ChaosResult(value))
    }

    /// The checks that fail, for two runs of five seconds each, with ten seconds between their beginnings.
    private static func checks(
        _ links: [ChaosLink], _ results: [ChaosResult], second: [ChaosRow] = rows, conflicts: Int = 0
    ) -> [String] {
        let runs = [(0, rows), (10, second)].map { offset, rows in
            ChaosRun(
                rows: rows, start: start + .seconds(offset), end: start + .seconds(offset + 5), status: 0)
        }
        var plan = ChaosPlan(seed: 1, round: 1, rows: 3)
        (plan.onChange, plan.faults, plan.behaviors, plan.latency) = ("report", [], [], 0...0)
        let judge = ChaosJudge(
            plan: plan, runs: runs, links: links, results: results, conflicts: conflicts, skew: .zero)
        return judge.findings().map(\.check)
    }

    @Test func oneLinkForEachRowHolds() throws {
        #expect(
            try Self.checks(Self.rows.map { try Self.link($0) }, Self.rows.map { try Self.result($0) }) == [])
    }

    @Test func aSecondLiveLinkIsFoundAndARetiredOneIsNone() throws {
        let links = try Self.rows.map { try Self.link($0) }
        let results = try Self.rows.map { try Self.result($0) }
        let live = try Self.link(Self.rows[0], id: "pl_2", generation: 2)
        #expect(Self.checks(links + [live], results) == ["a", "b"])
        let retired = try Self.link(Self.rows[0], id: "pl_2", generation: 2, live: false)
        #expect(Self.checks(links + [retired], results) == ["b"])
    }

    @Test func aLinkThatTheLedgerDoesNotHaveIsFound() throws {
        let links = try Self.rows.map { try Self.link($0) }
        let results = try [
            Self.result(Self.rows[0]), Self.result(Self.rows[1]), Self.result(Self.rows[2], "rejected"),
        ]
        #expect(Self.checks(links, results) == ["b", "c"])
    }

    @Test func aRowWithoutALinkIsFoundAndAnInvalidOneNeedsNone() throws {
        let links = try Self.rows.prefix(2).map { try Self.link($0) }
        let results = try Self.rows.prefix(2).map { try Self.result($0) }
        #expect(Self.checks(links, results) == ["c"])
        var spoilt = Self.rows
        spoilt[2].price = ""
        #expect(Self.checks(links, results, second: spoilt) == [])
    }

    @Test func aPriceThatWasCorrectedMustNotBeMadeAfterwards() throws {
        var corrected = Self.rows
        corrected[0].price = "7.00"
        let others = try Self.rows.dropFirst().map { try Self.link($0) }
        let results = try Self.rows.map { try Self.result($0) }
        for (seconds, expected) in [(1, []), (11, ["e"])] {
            let old = try Self.link(Self.rows[0], after: Int64(seconds))
            #expect(Self.checks([old] + others, results, second: corrected) == expected)
        }
        let new = try Self.link(corrected[0], after: 11)
        #expect(Self.checks([new] + others, results, second: corrected) == [])
    }

    @Test func aKeyThatIsInFlightTwiceIsFound() throws {
        let links = try Self.rows.map { try Self.link($0) }
        let results = try Self.rows.map { try Self.result($0) }
        #expect(Self.checks(links, results, conflicts: 2) == ["f"])
    }

    // MARK: Books

    private static func document(pairs: Int, created: Int, after: Int) -> String {
        JSONValue.object([
            ("exit", .integer(0)),
            (
                "books",
                .object([("rows", .integer(3)), ("pairs", .integer(pairs)), ("created", .integer(created))])
            ),
            ("ledger", .object([("before", .integer(0)), ("new", .integer(3)), ("after", .integer(after))])),
        ]).bytes.text
    }

    @Test(arguments: [
        (3, 3, 3, 0, 0), (3, 2, 3, 0, 1), (3, 3, 4, 0, 1), (4, 4, 3, 0, 1), (3, 3, 3, 1, 1), (3, 3, 3, 2, 1),
    ])
    func booksThatDoNotAddUpAreFound(
        _ pairs: Int, _ created: Int, _ after: Int, _ status: Int32, _ expected: Int
    ) {
        let texts = ChaosAudit.differences(
            status, output: Self.document(pairs: pairs, created: created, after: after), errors: "", rows: 3)
        #expect(texts.count == expected, "\(texts)")
    }

    // MARK: Chance

    @Test func aRoundIsTheSameForItsSeedAndAnotherForTheNext() {
        let plans = [(1, 4), (1, 4), (1, 5), (2, 4)].map {
            ChaosPlan(seed: $0, round: $1, rows: nil).description
        }
        #expect(plans[0] == plans[1])
        #expect(Set(plans).count == 3)
    }
}
