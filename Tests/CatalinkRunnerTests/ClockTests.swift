import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ClockTests {
    @Test func twinKeepsThePromise() async throws {
        try await ClockConformance(JumpingClock()).check()
    }

    @Test func aStepOfTheTwinsWallLeavesItsSteadyClock() {
        let clock = JumpingClock()
        let before = clock.moment()
        clock.stepWall(by: .seconds(-3600))
        #expect(clock.moment().steady == before.steady)
        #expect(before.wall.since(clock.now()) == .seconds(3600))
    }

    @Test func systemClockKeepsThePromise() async throws {
        try await ClockConformance(SystemClock()).check()
    }
}
