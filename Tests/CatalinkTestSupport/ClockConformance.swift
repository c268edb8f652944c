package import CatalinkCore
import Testing

/// What every clock promises.
package struct ClockConformance {
    private let clock: any WallClock

    package init(_ clock: any WallClock) {
        self.clock = clock
    }

    package func check() async throws {
        let start = clock.now()
        #expect(clock.now() >= start)
        let target = start + .milliseconds(20)
        try await clock.sleep(until: target)
        #expect(clock.now() >= target, "sleeping lasts until its moment")
        try await clock.sleep(until: start)
        let task = Task { try await clock.sleep(until: clock.now() + .seconds(3600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
