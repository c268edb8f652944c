import CatalinkCore
@testable import CatalinkRunner
import CatalinkTestSupport
import Testing

struct StateTests {
    private static let mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        30 22 0:25 / /srv/nfs rw - nfs4 server:/export rw
        31 30 254:1 / /srv/nfs/local rw - ext4 /dev/vdb rw
        32 22 0:26 / /mnt/with\\040blank rw - cifs //server/share rw
        33 22 0:27 / /mnt/sshfs rw shared:3 master:4 - fuse.sshfs host:/ rw
        """

    private static let places: [(String, String?)] = [
        ("/", nil), ("/var/lib/catalink", nil), ("/srv/nfs", "nfs4"), ("/srv/nfs/state/x", "nfs4"),
        ("/srv/nfsother", nil), ("/srv/nfs/local/state", nil), ("/mnt/with blank/state", "cifs"),
        ("/mnt/sshfs/a", "fuse.sshfs"),
    ]

    @Test(arguments: places)
    func aNetworkFileSystemIsKnownByItsMount(_ path: String, _ name: String?) {
        #expect(FileSystem.network(at: path, mounts: Self.mounts) == name)
    }

    private static let deadlines: [(String, String?)] = [
        ("05:30", "2026-11-25T05:30:00Z"), ("03:00", "2026-11-26T03:00:00Z"),
        ("04:00", "2026-11-25T04:00:00Z"),
        ("2026-12-01T05:30:00Z", "2026-12-01T05:30:00Z"), ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("24:00", nil), ("5:30", nil), ("05:60", nil), ("tomorrow", nil), ("2026-12-01", nil),
    ]

    @Test(arguments: deadlines)
    func aDeadlineIsAMomentOrATimeOfDay(_ text: String, _ moment: String?) throws {
        let start = try #require(TimeFormat.iso8601(Array("2026-11-25T04:00:00Z".utf8)))
        #expect(Deadline(written: text).map { CivilTime($0.moment(after: start)).iso8601 } == moment)
    }

    @Test func aTurnstileLetsSoManyInAndNoMore() async {
        let turnstile = Turnstile(2)
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await turnstile.pass {
                        await counter.enter()
                        for _ in 0..<10 { await Task.yield() }
                        await counter.leave()
                    }
                }
            }
        }
        #expect(await counter.most == 2)
    }

    private actor Counter {
        private var now = 0
        private(set) var most = 0

        func enter() {
            now += 1
            most = max(most, now)
        }

        func leave() { now -= 1 }
    }
}
