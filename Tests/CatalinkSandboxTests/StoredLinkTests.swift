import CatalinkCore
import Testing

@testable import CatalinkSandbox

/// Links that come from a store, as a kill has left it.
struct StoredLinkTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    /// They are stored as their answers leave, and what had none is not there.
    @Test func linksAreFoundInWhateverOrderTheyWereStored() throws {
        var state = SandboxState(
            SandboxSettings(
                keys: SandboxKeys(key: "key", secret: "secret"),
                rate: RateLimit(requests: 100, window: .seconds(60), reserve: 0)))
        let body = Array(SandboxBench.minimal.utf8)
        let fields = try #require(LinkFields(try JSONValue(parsing: body)))
        for number in [1, 4, 3] {
            state.restore(
                SandboxLink(
                    id: LinkID.text(of: number, seed: 1), account: "default", slug: "mug-\(number)",
                    original: body, fields: fields, createdAt: Self.now))
        }
        for (number, status) in [(1, 200), (2, 404), (3, 200), (4, 200), (5, 404)] {
            let id = LinkID.text(of: number, seed: 1)
            #expect(state.link(id, account: "default", at: Self.now).status == status, "\(number)")
        }
        // The next one gets an id that no link had.
        #expect(state.lastNumber == 4)
    }
}
