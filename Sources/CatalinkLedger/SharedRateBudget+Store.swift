import CatalinkCore
import CatalinkHash
package import GRDB
import Foundation

extension SharedRateBudget {
    /// One `budget.sqlite`, for any number of keys.
    ///
    /// WAL with `synchronous=NORMAL`: a loss of power may lose the last turns, but it ends the boot that they count in
    /// as well, and every budget of an earlier boot begins anew with one request alone.
    package final class Store: Sendable {
        package let database: DatabaseQueue
        private let path: String
        private let boot: String

        /// - Parameter boot: names the present boot; `nil` for the kernel's own name.
        package init(path: String, boot: String? = nil) throws {
            self.path = path
            self.boot = try boot ?? Self.kernelBoot()
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.journalMode = .wal
            do {
                database = try DatabaseQueue(path: path, configuration: configuration)
                try database.write { try $0.execute(sql: Self.schema) }
            } catch {
                throw Self.failure(path, error)
            }
        }

        private static let schema = """
            CREATE TABLE IF NOT EXISTS budget (
                origin TEXT NOT NULL, client_key BLOB NOT NULL CHECK (length(client_key) = 32),
                boot TEXT NOT NULL, pacer BLOB NOT NULL, PRIMARY KEY (origin, client_key)
            ) STRICT, WITHOUT ROWID
            """

        private static func kernelBoot() throws -> String {
            let path = "/proc/sys/kernel/random/boot_id"
            do {
                return try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw LedgerError(
                    "\(path): expected the name of this boot, got: \(error.localizedDescription) (is /proc mounted?)"
                )
            }
        }

        /// Takes one pacer's turn, keeping every other process out meanwhile.
        func turn(
            _ origin: String, _ key: Digest, _ settings: Pacer.Settings, _ answered: [Pacer.Settlement],
            _ wanted: Int, _ now: Moment
        ) async throws -> Pacer.Turn {
            do {
                return try await database.writeWithoutTransaction { [self] database in
                    var turn: Pacer.Turn?
                    try database.inTransaction(.immediate) {
                        let before = try load(origin, key, database)
                        var pacer = before ?? Pacer(settings)
                        pacer.claim(settings, at: now)
                        turn = pacer.turn(answered, wanted: wanted, at: now)
                        if pacer != before { try store(pacer, origin, key, database) }
                        return .commit
                    }
                    guard let turn else { preconditionFailure("a transaction that did not throw has run") }
                    return turn
                }
            } catch {
                throw Self.failure(path, error)
            }
        }

        /// `nil` when there is none of this boot.
        private func load(_ origin: String, _ key: Digest, _ database: Database) throws -> Pacer? {
            let statement = try database.cachedStatement(
                sql: "SELECT pacer FROM budget WHERE origin = ? AND client_key = ? AND boot = ?")
            let bytes = try Data.fetchOne(statement, arguments: [origin, Data(key.bytes), boot])
            guard let bytes else { return nil }
            guard let pacer = Pacer(bytes: Array(bytes)) else {
                throw LedgerError("a budget that this catalink cannot read")
            }
            return pacer
        }

        private func store(_ pacer: Pacer, _ origin: String, _ key: Digest, _ database: Database) throws {
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO budget (origin, client_key, boot, pacer) VALUES (?, ?, ?, ?)")
            try statement.execute(arguments: [origin, Data(key.bytes), boot, Data(pacer.bytes)])
        }

        private static func failure(_ path: String, _ error: any Error) -> any Error {
            let reason: String
            switch error {
            case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
                return LedgerError(error, at: path)
            case let error as DatabaseError: reason = error.message ?? "\(error.resultCode)"
            case let error as LedgerError: reason = error.message
            default: return error
            }
            return LedgerError(
                "\(path): expected the shared rate budget, got: \(reason) (when no catalink runs, remove this file and "
                    + "those beside it that begin with its name; the next run begins it anew)")
        }
    }
}
