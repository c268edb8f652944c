import Foundation
import GRDB

/// The request bodies that an embedded sandbox has kept, in the order of their making.
enum SandboxBodies {
    static func read(_ path: String) async throws -> [String] {
        let database = try DatabaseQueue(path: path)
        return try await database.read { database in
            try Data.fetchAll(database, sql: "SELECT original FROM link ORDER BY slug").map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }
}
