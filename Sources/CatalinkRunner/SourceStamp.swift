import CatalinkCore
import Foundation

/// What tells one state of a file from another.
struct SourceStamp: Equatable, Sendable {
    private let size: UInt64?
    private let modified: Date?
    private let inode: Int?

    var bytes: Int64 { Int64(clamping: size ?? 0) }
    /// To the millisecond.
    var modifiedAt: Timestamp? {
        modified.map { Timestamp(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded(.down))) }
    }

    init(_ path: String) throws {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        size = (attributes[.size] as? NSNumber)?.uint64Value
        modified = attributes[.modificationDate] as? Date
        inode = (attributes[.systemFileNumber] as? NSNumber)?.intValue
    }
}
