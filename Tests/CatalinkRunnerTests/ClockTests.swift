import CatalinkRunner
import CatalinkTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ClockTests {
    @Test func twinKeepsThePromise() async throws {
        try await ClockConformance(JumpingClock()).check()
    }

    @Test func systemClockKeepsThePromise() async throws {
        try await ClockConformance(SystemClock()).check()
    }
}
