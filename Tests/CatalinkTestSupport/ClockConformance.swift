package import CatalinkCore
import Testing

/// What every clock promises.
package struct ClockConformance {
    private let clock: any WallClock

    package init(_ clock: any WallClock) {
        self.clock = clock
    }

    package func check() async throws {
        let start = clock.moment()
        #expect(clock.now() >= start.wall)
        #expect(clock.moment().steady >= start.steady, "the steady clock never goes back")
        let target = start.steady + .milliseconds(20)
        try await clock.sleep(untilSteady: target)
        let end = clock.moment()
        #expect(end.steady >= target, "sleeping lasts until its moment")
        #expect(end.wall.since(start.wall) >= .milliseconds(15), "both clocks go on")
        try await clock.sleep(untilSteady: start.steady)
        let task = Task { try await clock.sleep(untilSteady: clock.moment().steady + .seconds(3600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
