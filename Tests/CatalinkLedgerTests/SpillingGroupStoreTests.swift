import CatalinkLedger
import CatalinkTestSupport
import Testing

struct SpillingGroupStoreTests {
    /// All in memory, some of it, hardly any.
    @Test(arguments: [16 * 1024 * 1024, 50_000, 1000])
    func whatIsKeptIsFound(_ mostNear: Int) throws {
        try GroupStoreConformance.check(SpillingGroupStore(mostNear: mostNear))
    }
}
