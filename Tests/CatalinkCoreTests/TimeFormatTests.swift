import CatalinkCore
import Testing

struct TimeFormatTests {
    private static let moments: [(String, Int64)] = [
        ("1970-01-01", 0), ("2000-02-29", 951_782_400), ("2024-02-29T12:34:56Z", 1_709_210_096),
        ("2026-12-31T23:59:59Z", 1_798_761_599), ("2026-12-31t23:59:59z", 1_798_761_599),
        ("2026-12-31 23:59:59Z", 1_798_761_599), ("2026-12-31T23:59:59.999Z", 1_798_761_599),
        ("2027-01-01T01:59:59+02:00", 1_798_761_599), ("2026-12-31T18:29:59-0530", 1_798_761_599),
        ("2026-12-31T23:59:59+00:00", 1_798_761_599), ("2026-12-31T23:59Z", 1_798_761_540),
        ("1969-12-31T23:59:59Z", -1), ("0001-01-01", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]

    @Test(arguments: moments)
    func momentsAreRead(_ text: String, _ seconds: Int64) {
        let moment = TimeFormat.iso8601(utf8(text))
        #expect(moment == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        "", "2026", "2026-12", "2026-12-3", "26-12-31", "2026-13-01", "2026-00-01", "2026-12-00",
        "2026-12-32",
        "2026-04-31", "2026-02-29", "1900-02-29", "2100-02-29", "0000-01-01", "0000-00-00", "20011-07-11",
        "31.12.2026",
        "2026/12/31", "2026-12-31T", "2026-12-31Z", "2026-12-31T24:00:00Z", "2026-12-31T23:60:00Z",
        "2026-12-31T23:59:60Z", "2026-12-31T23Z", "2026-12-31T23:59:59.Z", "2026-12-31T23:59:59+2",
        "2026-12-31T23:59:59+15:00", "2026-12-31T23:59:59+02:60", "2026-12-31T23:59:59ZZ", " 2026-12-31",
        "2026-12-31 ",
        "+026-12-31", "２０２６-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
    ])
    func otherTextIsRefused(_ text: String) {
        let moment = TimeFormat.iso8601(utf8(text))
        #expect(moment == nil)
    }

    /// A time without an offset names no moment.
    @Test func aTimeNeedsAnOffset() {
        let moment = TimeFormat.iso8601(utf8("2026-12-31T23:59:59"))
        #expect(moment == nil)
    }

    private static let patterns: [(String, String, String?)] = [
        ("dd.MM.yyyy", "31.12.2026", "2026-12-31T00:00:00Z"),
        ("dd.MM.yyyy", "29.02.2024", "2024-02-29T00:00:00Z"),
        ("d.M.yyyy", "1.2.2026", "2026-02-01T00:00:00Z"), ("d.M.yyyy", "01.12.2026", "2026-12-01T00:00:00Z"),
        ("yyyyMMdd", "20261231", "2026-12-31T00:00:00Z"), ("MM/dd/yy", "04/18/16", "2016-04-18T00:00:00Z"),
        ("yyyy-MM-dd HH:mm:ss", "2026-12-31 23:59:59", "2026-12-31T23:59:59Z"),
        ("dd. MM. yyyy", "31. 12. 2026", "2026-12-31T00:00:00Z"),
        ("dd.MM.yyyy", "29.02.2026", nil), ("dd.MM.yyyy", "1.2.2026", nil), ("dd.MM.yyyy", "31.12.26", nil),
        ("dd.MM.yyyy", "31.12.2026 ", nil), ("dd.MM.yyyy", "31-12-2026", nil), ("dd.MM.yyyy", "", nil),
        ("d.M.yyyy", "001.2.2026", nil), ("yyyy-MM-dd HH:mm", "2026-12-31 24:00", nil),
    ]

    @Test(arguments: patterns)
    func patternsAreReadAsUTC(_ pattern: String, _ text: String, _ iso: String?) {
        let moment = TimeFormat.pattern(utf8(pattern), utf8(text))
        #expect(moment.map { CivilTime($0).iso8601 } == iso)
    }

    @Test(arguments: [
        ("dd.MM.yyyy", true), ("yyMMdd", true), ("MM.yyyy", false), ("dd.yyyy", false), ("dd.MM", false),
        ("HH:mm:ss", false), ("", false), ("dd.mm.yyyy", false),
    ])
    func aPatternNeedsYearMonthAndDay(_ pattern: String, _ isUsable: Bool) {
        #expect(TimeFormat.isUsable(utf8(pattern)) == isUsable)
    }

    @Test func aSingleLetterReadsAWholeYear() {
        let moment = TimeFormat.pattern(utf8("d.M.y"), utf8("1.2.2026"))
        #expect(moment == TimeFormat.iso8601(utf8("2026-02-01")))
    }
}
