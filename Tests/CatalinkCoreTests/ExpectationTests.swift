import CatalinkCore
import Testing

/// What of a night is not as it was.
struct ExpectationTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let day = Duration.seconds(86_400)

    private static func stamp(_ rows: Int = 100, bytes: Int64 = 5000, modified: Timestamp? = now)
        -> CatalogStamp
    {
        CatalogStamp(rows: rows, files: 1, bytes: bytes, modified: modified)
    }

    private static func history(rows: [Int] = [100], last: CatalogStamp? = nil) -> RunHistory {
        var history = RunHistory()
        history.rows = rows
        history.last = last
        return history
    }

    private static func expecting(_ responses: [Expectations.Cause: Expectations.Response] = [:])
        -> Expectations
    {
        var expectations = Expectations()
        expectations.responses = responses
        return expectations
    }

    private static func messages(
        _ catalog: CatalogStamp, _ history: RunHistory, _ expectations: Expectations = Expectations()
    ) -> [String] {
        expectations.findings("c.csv", catalog, sending: .zero, history, now: now).map(\.message)
    }

    // MARK: Rows

    /// Half of the middle one of the last runs is the least, unless the job says another share or number.
    @Test(arguments: [
        (50, [100, 40, 300], nil, false), (49, [100, 40, 300], nil, true), (20, [40], nil, false),
        (19, [40], nil, true), (79, [100], "80%", true), (80, [100], "80%", false), (999, [], "1000", true),
        (1000, [5000], "1000", false), (1, [], nil, false),
    ])
    func farFewerRowsAreTold(_ rows: Int, _ before: [Int], _ least: String?, _ isTold: Bool) throws {
        var expectations = Expectations()
        if let least { expectations.rows = try #require(Expectations.Rows(written: least)) }
        let told = Self.messages(Self.stamp(rows), Self.history(rows: before), expectations)
        #expect(told.isEmpty != isTold)
    }

    @Test func theMessageTellsWhatIsUsual() {
        #expect(
            Self.messages(Self.stamp(1204), Self.history(rows: [4000, 5000, 4100])) == [
                "c.csv: expected at least 50% of the 4,100 rows of the last 3 runs, got: 1,204 (expect.rows)"
            ])
        #expect(
            Self.messages(Self.stamp(0), Self.history(rows: [4000])) == [
                "c.csv: expected rows, got: none (expect.empty; 4,000 in the last run)"
            ])
    }

    @Test(arguments: ["0", "-1", "101%", "5 rows", ""])
    func aLeastThatIsNoneIsRefused(_ text: String) {
        #expect(Expectations.Rows(written: text) == nil)
    }

    // MARK: Files

    @Test func anOlderFileIsTold() {
        let history = Self.history(last: Self.stamp(modified: Self.now - .seconds(60)))
        #expect(Self.messages(Self.stamp(modified: Self.now - .seconds(60)), history).isEmpty)
        #expect(
            Self.messages(Self.stamp(modified: Self.now - .seconds(61)), history) == [
                "c.csv: expected a file that is not older than the last run's, of 2027-01-15T07:59:00Z, got: one of "
                    + "2027-01-15T07:58:59Z (expect.older)"
            ])
    }

    /// Twice in a morning it is no surprise; nor is one of the same age with other contents.
    @Test func theSameFileIsToldOnceItIsOfAnotherDay() {
        let file = Self.stamp(modified: Self.now - Self.day)
        var history = Self.history(last: file)
        history.sameSince = Self.now - .seconds(12 * 3600 - 1)
        #expect(Self.messages(file, history).isEmpty)
        history.sameSince = Self.now - .seconds(12 * 3600)
        #expect(
            Self.messages(file, history) == [
                "c.csv: expected a newer file than the run of 2027-01-14T20:00:00Z read, got: the same, of "
                    + "2027-01-14T08:00:00Z (expect.same)"
            ])
        #expect(Self.messages(Self.stamp(bytes: 5001, modified: file.modified), history).isEmpty)
    }

    @Test func whatHasNoTimeIsNeverOld() {
        var history = Self.history(last: Self.stamp(modified: nil))
        history.sameSince = Self.now - Self.day
        #expect(Self.messages(Self.stamp(modified: nil), history).isEmpty)
        #expect(Self.messages(Self.stamp(modified: Self.now), history).isEmpty)
    }

    // MARK: Responses

    @Test func eachCauseIsToldRefusedOrIgnored() {
        let history = Self.history(rows: [100])
        let empty = Self.stamp(0)
        func findings(_ response: Expectations.Response?) -> [Bool] {
            Self.expecting(response.map { [.empty: $0] } ?? [:])
                .findings("c.csv", empty, sending: .zero, history, now: Self.now).map(\.isRefused)
        }
        #expect(findings(nil) == [false])
        #expect(findings(.warn) == [false])
        #expect(findings(.refuse) == [true])
        #expect(findings(.ignore) == [])
    }

    // MARK: Time

    private static func times(_ minutes: [Int]) -> RunHistory {
        var history = RunHistory()
        history.times = minutes.map { .seconds($0 * 60) }
        return history
    }

    @Test(arguments: [
        ([10, 12, 11], 44, true), ([10, 12, 11], 43, false), ([10, 12, 11], 2, true),
        ([10, 12, 11], 3, false),
        ([10, 12], 600, false),
    ])
    func aRunOfFourTimesTheUsualTimeIsTold(_ before: [Int], _ minutes: Int, _ isTold: Bool) {
        let finding = Expectations().finding(took: .seconds(minutes * 60), Self.times(before))
        #expect((finding != nil) == isTold)
    }

    @Test func secondsAreNoSurprise() {
        var history = RunHistory()
        history.times = [.seconds(1), .seconds(1), .seconds(1)]
        #expect(Expectations().finding(took: .seconds(60), history) == nil)
        #expect(
            Expectations().finding(took: .seconds(61), history)?.message
                == "time: expected about 1s, as in the last 3 runs, got: 1m (expect.time)")
    }

    @Test func onlyARefusedTimeHoldsAPlan() {
        let history = Self.times([10, 10, 10])
        func findings(_ expectations: Expectations, _ minutes: Int) -> [Expectations.Finding] {
            expectations.findings(
                "c.csv", Self.stamp(modified: nil), sending: .seconds(minutes * 60), history, now: Self.now)
        }
        #expect(findings(Expectations(), 600).isEmpty)
        #expect(findings(Self.expecting([.time: .refuse]), 39).isEmpty)
        #expect(
            findings(Self.expecting([.time: .refuse]), 130).map(\.message) == [
                "time: expected about 10m of sending, as in the last 3 runs, got: a plan of 2h (expect.time)"
            ])
    }
}
