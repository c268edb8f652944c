import CatalinkCore
import Testing

struct ProgressTests {
    private static let run: RunProgress = {
        var run = RunProgress(job: "spring")
        run.stage = .sending
        (run.total, run.done, run.inFlight, run.perMinute) = (3000, 1560, 4, 98)
        run.verdicts = [.created: 1550, .rejected: 10]
        run.window = Pacer.WindowUse(start: Timestamp(seconds: 1_800_000_000), limit: 100, used: 87)
        run.finish = Timestamp(seconds: 1_800_000_900)
        return run
    }()

    // MARK: View

    @Test func aRunFitsEightyColumns() {
        let view = ProgressView(width: 80, hasColor: false, isUnicode: false)
        #expect(
            view.lines([Self.run]) == [
                "[" + String(repeating: "#", count: 29) + String(repeating: ".", count: 28)
                    + "]  52%  1,560 of 3,000",
                "created 1,550  rejected 10  on their way 4  98/min  window 87 of 100",
                "until about 08:15:00Z",
            ])
        #expect(view.lines([Self.run]).allSatisfy { $0.count <= 80 })
    }

    @Test func aRunFitsFortyColumns() {
        let view = ProgressView(width: 40, hasColor: false, isUnicode: true)
        #expect(
            view.lines([Self.run]) == [
                "[████████░░░░░░░░░]  52%  1,560 of 3,000", "created 1,550  rejected 10",
                "on their way 4  98/min  window 87 of 100", "until about 08:15:00Z",
            ])
    }

    @Test(arguments: [20, 21, 30, 40, 57, 80, 200])
    func noLineIsWiderThanTheTerminal(_ width: Int) {
        var run = Self.run
        run.trouble = "503: " + String(repeating: "メンテナンス中 ", count: 30)
        var other = run
        other.job = String(repeating: "j", count: 60)
        other.stage = .paused("by ann since 2027-01-15T08:00:00Z")
        var planned = RunProgress(job: "third")
        planned.rows = 1_234_567
        let view = ProgressView(width: width, hasColor: false, isUnicode: false)
        for runs in [[run], [other], [planned], [run, other, planned]] {
            for line in view.lines(runs) { #expect(Self.columns(line) <= width, "\(line)") }
        }
        #expect(view.lines([run, other, planned]).count == 3)
    }

    /// East Asian letters take two.
    private static func columns(_ line: String) -> Int {
        line.unicodeScalars.reduce(0) { $0 + ((0x2E80...0xD7A3).contains($1.value) ? 2 : 1) }
    }

    @Test func troubleAndPausesAreShown() {
        var run = Self.run
        run.trouble = "503: down for \u{1B}[2Jmaintenance"
        run.stage = .paused("by ann")
        let view = ProgressView(width: 80, hasColor: true, isUnicode: false)
        let lines = view.lines([run])
        #expect(lines.contains("\u{1B}[33mpaused by ann\u{1B}[0m"))
        #expect(lines.last == "\u{1B}[31m503: down for \\u{1B}[2Jmaintenance\u{1B}[0m")
    }

    @Test func aPlainLineSaysTheSame() {
        #expect(
            ProgressView.plain(Self.run)
                == "spring: 1,560 of 3,000 settled (52%), created 1,550, rejected 10, on their way 4, 98/min, "
                + "window 87 of 100, until about 08:15:00Z")
    }

    // MARK: Meter

    private static func seconds(_ seconds: Int) -> Timestamp { Timestamp(seconds: Int64(seconds)) }

    @Test func theRateIsThatOfTheLastTwoMinutes() {
        var meter = ProgressMeter()
        meter.note(0, at: Self.seconds(0))
        #expect(meter.perMinute == nil)
        for second in 1...600 { meter.note(second * 2, at: Self.seconds(second)) }
        #expect(meter.perMinute == 120)
        for second in 601...900 { meter.note(1200 + (second - 600), at: Self.seconds(second)) }
        #expect(meter.perMinute == 60)
    }

    @Test func whatIsLeftTakesAsLongAsTheRatesOrWhatWasSeen() {
        let rate = RateLimit(requests: 100, window: .seconds(60), reserve: 0)
        var meter = ProgressMeter()
        #expect(meter.remaining(0, [rate]) == .zero)
        // Two windows and a part of the third.
        #expect(meter.remaining(250, [rate]) == .seconds(120))
        #expect(meter.remaining(250, []) == nil)
        meter.note(0, at: Self.seconds(0))
        meter.note(10, at: Self.seconds(60))
        #expect(meter.remaining(250, [rate]) == .seconds(1500))
    }

    @Test func ofNothingAllIsDone() {
        #expect(RunProgress(job: "j").percent == 100)
    }
}
