import CatalinkCore
import Testing

/// Which problems are known, and until when.
struct AcceptedProblemsTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let later = now + .seconds(1)

    private static func entry(
        key: String? = nil, segment: String? = nil, problem: String? = nil, end: Timestamp = later,
        line: Int = 1
    ) -> AcceptedProblems.Entry {
        AcceptedProblems.Entry(
            key: key.map { Array($0.utf8) }, segment: segment.map { Array($0.utf8) },
            problem: problem.map(AcceptedProblems.Wording.init), end: end, until: "2027-01-14", line: line)
    }

    private static func pair(_ key: String?, _ error: String?, segment: String = "") -> RowToFix.Pair {
        RowToFix.Pair(
            segment: Array(segment.utf8), key: key.map { Array($0.utf8) }, verdict: .invalid, error: error)
    }

    private static func accepts(_ entry: AcceptedProblems.Entry, _ pair: RowToFix.Pair) -> Bool {
        AcceptedProblems(file: "known.yaml", [entry]).accepts(pair, now: now)
    }

    @Test func anEntryHoldsForItsKeyAndSegment() {
        #expect(Self.accepts(Self.entry(key: "A"), Self.pair("A", "price: none")))
        #expect(!Self.accepts(Self.entry(key: "A"), Self.pair("B", "price: none")))
        #expect(!Self.accepts(Self.entry(key: "A"), Self.pair(nil, "price: none")))
        #expect(Self.accepts(Self.entry(key: "A", segment: "x"), Self.pair("A", nil, segment: "x")))
        #expect(!Self.accepts(Self.entry(key: "A", segment: "x"), Self.pair("A", nil, segment: "y")))
    }

    /// A row that gets another problem, or a second one, is to be looked at again.
    @Test(arguments: [
        ("price: none", "price: none", true), ("price: none", "price: none; title: none", false),
        ("price: *", "price: none", true), ("price: *", "price: none; title: none", false),
        ("price: *", "title: none", false), ("price: n", "price: none", false), ("*", "title: none", true),
        ("title: got: \"x\";*", "title: got: \"x\"; price: none", false),
    ])
    func anEntryHoldsForItsProblemAlone(_ problem: String, _ error: String, _ isAccepted: Bool) {
        #expect(Self.accepts(Self.entry(problem: problem), Self.pair("A", error)) == isAccepted)
        #expect(Self.accepts(Self.entry(key: "A", problem: problem), Self.pair("A", error)) == isAccepted)
    }

    @Test func whatHasEndedCountsAgainAndIsTold() {
        let known = AcceptedProblems(
            file: "known.yaml",
            [Self.entry(key: "A", end: Self.now, line: 3), Self.entry(key: "B", end: Self.later, line: 4)])
        var tally = known.tally
        for key in ["A", "B", "C"] { known.note(Self.pair(key, "x"), in: &tally, now: Self.now) }
        #expect(tally.accepted == 1)
        #expect(
            known.remarks(tally, now: Self.now) == [
                "known.yaml:3: until: expected a day to come, got: 2027-01-14 (1 row counts again)"
            ])
    }

    @Test func anEntryThatStillHoldsGoesBeforeOneThatHasEnded() {
        let known = AcceptedProblems(
            file: "known.yaml",
            [Self.entry(key: "A", end: Self.now, line: 3), Self.entry(problem: "x", line: 4)])
        var tally = known.tally
        known.note(Self.pair("A", "x"), in: &tally, now: Self.now)
        #expect(tally.accepted == 1)
    }

    @Test func whatEndsTogetherIsToldInOneLine() {
        let known = AcceptedProblems(
            file: "known.yaml", (3...5).map { Self.entry(key: "\($0)", end: Self.now, line: $0) })
        var tally = known.tally
        for key in ["3", "4", "4", "5"] { known.note(Self.pair(key, "x"), in: &tally, now: Self.now) }
        #expect(
            known.remarks(tally, now: Self.now) == [
                "known.yaml:3: until: expected a day to come, got: 2027-01-14 and 2 more (4 rows count again)"
            ])
    }

    @Test func anEntryHoldsForItsVerdictAlone() {
        var entry = Self.entry(key: "A")
        entry.verdict = .duplicate
        #expect(!Self.accepts(entry, Self.pair("A", "url: not a slug")))
        var pair = Self.pair("A", "url: \"a\", which c.csv:3 has too")
        pair.verdict = .duplicate
        #expect(Self.accepts(entry, pair))
    }

    @Test func whatNoRowNeedsAnyMoreIsTold() {
        let known = AcceptedProblems(
            file: "known.yaml", (3...5).map { Self.entry(key: "\($0)", line: $0) })
        var tally = known.tally
        known.note(Self.pair("4", "x"), in: &tally, now: Self.now)
        #expect(
            known.remarks(tally, now: Self.now) == [
                "known.yaml:3: expected a row with this problem, got: none and 1 more (remove what is mended)"
            ])
    }
}
