import CatalinkCore
import Testing

struct RateLimitTests {
    private static let limit = RateLimit(requests: 100, window: .seconds(60), reserve: 1)

    private static let starts: [(Int64, Int64)] = [
        (0, 0), (59_999_999, 0), (60_000_000, 60_000_000), (1_800_000_030_000_001, 1_800_000_000_000_000),
    ]

    @Test(arguments: starts)
    func windowsBeginAtMultiplesOfTheirLength(_ now: Int64, _ start: Int64) {
        #expect(Self.limit.windowStart(at: Timestamp(microseconds: now)) == Timestamp(microseconds: start))
    }

    @Test(arguments: [(0, 0, 0), (1, 1, 0), (99, 1, 0), (100, 2, 60), (198, 2, 60), (10_000, 102, 6060)])
    func requestsTakeFullWindows(_ requests: Int, _ windows: Int, _ seconds: Int) {
        let needed = Self.limit.duration(of: requests)
        #expect(needed.windows == windows)
        #expect(needed.time == Duration.seconds(seconds))
    }

    @Test(arguments: [(100, 1, 99), (1, 1, 1), (5, 50, 1)])
    func somethingIsAlwaysUsable(_ requests: Int, _ reserve: Int, _ usable: Int) {
        let limit = RateLimit(requests: requests, window: .seconds(1), reserve: reserve)
        #expect(limit.usable == usable)
    }
}
