import CatalinkCore
import CatalinkLedger
import CatalinkTestSupport
import Foundation
import Testing

struct LedgerConformanceTests {
    @Test(arguments: LedgerConformance.promises.indices)
    func twinKeepsThePromise(_ index: Int) async throws {
        try await LedgerConformance.promises[index].check(LedgerConformance { InMemoryLedger() })
    }

    @Test(arguments: LedgerConformance.promises.indices)
    func sqliteKeepsThePromise(_ index: Int) async throws {
        try await withTemporaryDirectory { directory in
            let conformance = try LedgerConformance {
                try SQLiteLedger(path: "\(directory)/\(UUID().uuidString).sqlite", identity: .test)
            }
            try await LedgerConformance.promises[index].check(conformance)
        }
    }
}

extension Identity {
    static let test = Identity(origin: "sandbox", account: "default", job: "test")
}
