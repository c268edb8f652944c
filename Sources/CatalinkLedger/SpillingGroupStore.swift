import CatalinkCore
import Foundation
import GRDB

/// Keeps values in memory up to a size, and in a temporary SQLite file beyond it.
package final class SpillingGroupStore: GroupStore {
    private var near: [[UInt8]: [[UInt8]]] = [:]
    private var nearSize = 0
    private let mostNear: Int
    private var far: DatabaseQueue?

    /// - Parameter mostNear: bytes that may lie in memory.
    package init(mostNear: Int = 16 * 1024 * 1024) {
        self.mostNear = mostNear
    }

    package func keep(_ values: [[UInt8]], under key: [UInt8]) throws {
        if let known = near[key] {
            let merged = known.filled(from: values)
            nearSize += merged.sizeInMemory - known.sizeInMemory
            near[key] = merged
        } else {
            near[key] = values
            nearSize += Self.entrySize + key.sizeInMemory + values.sizeInMemory
        }
        if nearSize > mostNear { try spill() }
    }

    /// What a dictionary takes for an entry, as it grows to twice its size with half of it still empty.
    private static let entrySize = 64

    /// Whether more was kept than may lie in memory.
    var hasSpilled: Bool { far != nil }

    package func values(under key: [UInt8]) throws -> [[UInt8]]? {
        let known = near[key]
        guard let far else { return known }
        let kept = try far.read { try Self.find(key, $0) }
        // What lies far was there before.
        guard let known, let kept else { return known ?? kept }
        return kept.filled(from: known)
    }

    private func spill() throws {
        let database = try far ?? Self.open()
        far = database
        try database.write { [near] database in
            let insert = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO kept (key, fields) VALUES (?, ?)")
            for (key, values) in near {
                let kept = try Self.find(key, database)
                let merged = kept?.filled(from: values) ?? values
                try insert.execute(arguments: [Data(key), Data(merged.packed)])
            }
        }
        near.removeAll(keepingCapacity: true)
        nearSize = 0
    }

    private static func open() throws -> DatabaseQueue {
        // An empty name is SQLite's word for a temporary file that nobody else sees.
        let database = try DatabaseQueue(path: "")
        try database.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = OFF;
                    PRAGMA cache_size = -8192;
                    CREATE TABLE kept (key BLOB PRIMARY KEY, fields BLOB NOT NULL) WITHOUT ROWID
                    """)
        }
        return database
    }

    private static func find(_ key: [UInt8], _ database: Database) throws -> [[UInt8]]? {
        let statement = try database.cachedStatement(sql: "SELECT fields FROM kept WHERE key = ?")
        guard let packed = try Data.fetchOne(statement, arguments: [Data(key)]) else { return nil }
        return [[UInt8]](packed: Array(packed))
    }
}

extension Array {
    /// What its own storage takes of the heap: 32 bytes before the elements, 8 before those, all rounded up.
    fileprivate var storageSize: Int {
        capacity == 0 ? 0 : (32 + capacity * MemoryLayout<Element>.stride + 8 + 15) & ~15
    }
}

extension [UInt8] {
    var sizeInMemory: Int { storageSize }
}

extension [[UInt8]] {
    var sizeInMemory: Int { reduce(storageSize) { $0 + $1.sizeInMemory } }
}

extension [[UInt8]] {
    /// Each value after its length in four bytes.
    fileprivate var packed: [UInt8] {
        var bytes: [UInt8] = []
        for value in self {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value.count >> shift)) }
            bytes.append(contentsOf: value)
        }
        return bytes
    }

    fileprivate init(packed: [UInt8]) {
        self.init()
        var index = 0
        while index + 4 <= packed.count {
            let count = (0..<4).reduce(0) { $0 | Int(packed[index + $1]) << (8 * $1) }
            append(Array<UInt8>(packed[(index + 4)..<(index + 4 + count)]))
            index += 4 + count
        }
    }
}
