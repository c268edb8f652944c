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

    func bind(text bytes: Span<UInt8>, at index: Int32) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe bind(text: $0, until: Self.copied, at: index) }
    }

    /// Binds text that is not copied: it must stay where it is until others are bound, or none.
    func bind(lasting text: UnsafeRawBufferPointer, at index: Int32) throws {
        try unsafe bind(text: text, until: nil, at: index)
    }

    private func bind(
        text: UnsafeRawBufferPointer, until end: sqlite3_destructor_type?, at index: Int32
    ) throws {
        try check(
            unsafe sqlite3_bind_text64(
                handle, index, text.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(text.count),
                end, UInt8(SQLITE_UTF8)))
    }

    /// Lets go of what is bound.
    func unbind() {
        unsafe sqlite3_clear_bindings(handle)
    }

    func bind(blob bytes: [UInt8], at index: Int32) throws {
        try check(
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe sqlite3_bind_blob64(
                    handle, index, buffer.baseAddress, UInt64(buffer.count), Self.copied)
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

    /// How many rows the last statement of the connection that has run has written.
    var changes: Int32 {
        unsafe sqlite3_changes(sqlite3_db_handle(handle))
    }

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(handle, column)
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
