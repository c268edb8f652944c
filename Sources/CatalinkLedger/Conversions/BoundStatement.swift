import CatalinkHash
import GRDB
import GRDBSQLite

/// A prepared statement whose values are bound and read without boxes: each row of a million goes through a few.
///
/// Lives within one access to its database, which caches the statement itself.
@safe
struct BoundStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    /// SQLite copies what it is given: nothing is borrowed beyond a call.
    private static let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        unsafe handle = unsafe statement.sqliteStatement
    }

    func bind(_ number: Int64, at index: Int32) throws {
        try check(unsafe sqlite3_bind_int64(handle, index, number))
    }

    /// Empty bytes are NULL.
    func bind(text bytes: [UInt8], at index: Int32) throws {
        guard !bytes.isEmpty else { return try check(unsafe sqlite3_bind_null(handle, index)) }
        try check(
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe sqlite3_bind_text64(
                    handle, index, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                    UInt64(buffer.count),
                    Self.copied, UInt8(SQLITE_UTF8))
            })
    }

    func bind(_ digest: ShortDigest, at index: Int32) throws {
        var words = (digest.high.bigEndian, digest.low.bigEndian)
        try check(
            unsafe withUnsafeBytes(of: &words) { buffer in
                unsafe sqlite3_bind_blob(handle, index, buffer.baseAddress, Int32(buffer.count), Self.copied)
            })
    }

    /// - Returns: whether there is a row.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            unsafe sqlite3_reset(handle)
            throw failure(code)
        }
    }

    /// Ends a reading, so that values can be bound again.
    func reset() {
        unsafe sqlite3_reset(handle)
    }

    /// Runs a statement that has no rows.
    func run() throws {
        _ = try step()
        reset()
    }

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(handle, column)
    }

    /// - Returns: `nil` for what is no such digest.
    func digest(_ column: Int32) -> ShortDigest? {
        guard unsafe sqlite3_column_bytes(handle, column) == 16,
            let bytes = unsafe sqlite3_column_blob(handle, column)
        else { return nil }
        let high = unsafe bytes.loadUnaligned(as: UInt64.self)
        let low = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return ShortDigest(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }

    func text(_ column: Int32) -> [UInt8] {
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        guard count > 0, let bytes = unsafe sqlite3_column_text(handle, column) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let message = unsafe sqlite3_errmsg(sqlite3_db_handle(handle)).map { unsafe String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
