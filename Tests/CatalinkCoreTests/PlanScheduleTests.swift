import CatalinkCore
import Testing

struct PlanScheduleTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let minute = RateLimit(requests: 100, window: .seconds(60), reserve: 1)

    /// Requests, windows, and after how many seconds they are done.
    private static let spans: [(Int, Int, Int64)] = [
        (1, 1, 0), (99, 1, 0), (100, 2, 60), (10_000, 102, 6060),
    ]

    @Test(arguments: spans)
    func requestsTakeTheirWindows(_ requests: Int, _ windows: Int, _ seconds: Int64) {
        let schedule = PlanSchedule(requests: requests, rates: [Self.minute], start: Self.start)
        #expect(schedule.windows == windows)
        #expect(schedule.finish == Self.start + .seconds(seconds))
        #expect(schedule.late == 0)
    }

    @Test func theRateThatTakesLongestCounts() {
        let day = RateLimit(requests: 500, window: .seconds(86_400), reserve: 0)
        let few = PlanSchedule(requests: 400, rates: [Self.minute, day], start: Self.start)
        #expect(few.rate == Self.minute)
        let many = PlanSchedule(requests: 1001, rates: [Self.minute, day], start: Self.start)
        #expect(many.rate == day)
        #expect(many.finish == Self.start + .seconds(2 * 86_400))
    }

    /// Seconds to the deadline, and requests of a thousand that it leaves for another run.
    @Test(
        arguments: [(600, 0), (599, 10), (60, 802), (0, 901), (-1, 1000), (-86_400, 1000)] as [(Int64, Int)])
    func aDeadlineLeavesWhatItsWindowsDoNotHold(_ seconds: Int64, _ late: Int) {
        let schedule = PlanSchedule(
            requests: 1000, rates: [Self.minute], start: Self.start,
            deadline: Self.start + .seconds(seconds))
        #expect(schedule.late == late)
    }

    @Test func replacementsAndUpdatesTakeMoreThanOneRequest() {
        var totals = PlanTotals()
        (totals.creations, totals.resends, totals.replacements, totals.updates) = (10, 1, 2, 4)
        #expect(totals.requests == 17)
        #expect(totals.calls == 25)
    }
}
