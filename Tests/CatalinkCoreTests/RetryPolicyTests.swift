import CatalinkCore
import Testing

struct RetryPolicyTests {
    private static let policy = RetryPolicy(retries: 5, rest: .seconds(60))

    /// How many sends a row has had, and the longest it may wait then.
    @Test(arguments: [
        (1, Duration.milliseconds(500)), (2, Duration.seconds(1)), (3, Duration.seconds(2)),
        (4, Duration.seconds(4)),
        (7, Duration.seconds(32)), (8, Duration.seconds(60)), (30, Duration.seconds(60)),
        (1000, Duration.seconds(60)),
    ])
    func delaysGrowFromTheFirstToTheLongest(_ sends: Int, _ longest: Duration) {
        let half = Self.policy.delay(afterSend: sends, random: 0.5)
        #expect(half * 2 == longest)
    }

    @Test(arguments: 1...40)
    func delaysAreJitteredFromZeroToTheirBound(_ sends: Int) {
        let least = Self.policy.delay(afterSend: sends, random: 0)
        let most = Self.policy.delay(afterSend: sends, random: 0.999_999)
        #expect(least == Duration.zero)
        #expect(most > least)
        #expect(most < Self.policy.longestDelay)
    }

    @Test func theBoundsAreThePolicysOwn() {
        var policy = Self.policy
        policy.firstDelay = .seconds(3)
        policy.longestDelay = .seconds(10)
        let bounds = (1...6).map { policy.delay(afterSend: $0, random: 0.5) * 2 }
        let expected: [Duration] = [
            .seconds(3), .seconds(6), .seconds(10), .seconds(10), .seconds(10), .seconds(10),
        ]
        #expect(bounds == expected)
    }
}
