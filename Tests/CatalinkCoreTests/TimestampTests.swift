import CatalinkCore
import Testing

struct TimestampTests {
    private static let moments: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_709_210_096, "2024-02-29T12:34:56Z"), (1_798_761_599, "2026-12-31T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-2_203_977_600, "1900-02-28T00:00:00Z"),
        (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ]

    @Test(arguments: moments)
    func momentsAndDatesGoRound(_ seconds: Int64, _ iso: String) {
        let civil = CivilTime(Timestamp(seconds: seconds))
        #expect(civil.iso8601 == iso)
        #expect(civil.timestamp == Timestamp(seconds: seconds))
        #expect(civil.isValid)
    }

    @Test func everyDayOfFourCenturiesGoesRound() {
        var last = CivilTime(Timestamp(seconds: -1))
        for day in 0..<(400 * 365 + 97) {
            let moment = Timestamp(seconds: Int64(day) * 86_400)
            let civil = CivilTime(moment)
            let isLater = (civil.year, civil.month, civil.day) > (last.year, last.month, last.day)
            guard civil.isValid, civil.timestamp == moment, isLater else {
                Issue.record("day \(day) is \(civil.iso8601)")
                return
            }
            last = civil
        }
        #expect(last.iso8601 == "2369-12-31T00:00:00Z")
    }

    @Test func partsOfASecondBelongToTheSecondBegun() {
        let after = CivilTime(Timestamp(microseconds: 999_999))
        let before = CivilTime(Timestamp(microseconds: -1))
        #expect(after.iso8601 == "1970-01-01T00:00:00Z")
        #expect(before.iso8601 == "1969-12-31T23:59:59Z")
    }

    @Test func compactTextSortsByTime() {
        let compact = CivilTime(Timestamp(seconds: 1_798_761_599)).compact
        #expect(compact == "20261231T235959Z")
    }

    private static let dates: [(Int, Int, Int, Bool)] = [
        (2024, 2, 29, true), (2023, 2, 29, false), (2000, 2, 29, true), (1900, 2, 29, false),
        (2026, 4, 30, true),
        (2026, 4, 31, false), (2026, 12, 31, true), (2026, 13, 1, false), (2026, 0, 1, false),
        (2026, 1, 0, false),
        (0, 1, 1, false), (1, 1, 1, true), (10_000, 1, 1, false),
    ]

    @Test(arguments: dates)
    func onlyDaysOfTheCalendarAreValid(_ year: Int, _ month: Int, _ day: Int, _ isValid: Bool) {
        var civil = CivilTime()
        (civil.year, civil.month, civil.day) = (year, month, day)
        #expect(civil.isValid == isValid)
    }

    @Test func unitsAreWhatTheySay() {
        #expect(Timestamp(seconds: 2) == Timestamp(milliseconds: 2000))
        #expect(Timestamp(milliseconds: 2) == Timestamp(microseconds: 2000))
        #expect(Timestamp(microseconds: 1_234_567).milliseconds == 1234)
        #expect(Timestamp(microseconds: 1_999_999).seconds == 1)
        #expect(Timestamp(seconds: 1) < Timestamp(milliseconds: 1001))
    }

    @Test func durationsMoveMoments() {
        let moment = Timestamp(seconds: 100)
        let step = Duration.milliseconds(1500)
        let later = moment + step
        #expect(later == Timestamp(milliseconds: 101_500))
        #expect(later - step == moment)
        #expect(later.since(moment) == step)
        #expect(moment.since(later) == Duration.zero - step)
    }

    private static let durations: [(Duration, Int64)] = [
        (.zero, 0), (.seconds(60), 60_000_000), (.milliseconds(-1500), -1_500_000), (.microseconds(7), 7),
        (.nanoseconds(1999), 1), (.seconds(86_400 * 365), 31_536_000_000_000),
    ]

    @Test(arguments: durations)
    func durationsAreCountedInMicroseconds(_ duration: Duration, _ microseconds: Int64) {
        #expect(duration.inMicroseconds == microseconds)
        #expect(duration.inSeconds == Double(microseconds) / 1_000_000)
    }
}
