import CatalinkCore
import Foundation

/// The lines of a file, one after the other.
struct LineFile {
    private let path: String
    private let handle: FileHandle
    private var bytes: [UInt8] = []
    private var position = 0
    private static let size = 64 * 1024
    private static let longest = 1024 * 1024

    init(_ path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw RunFailure(.usage, "\(path): expected a plan file to read, got: \(systemMessage())")
        }
        self.path = path
        self.handle = handle
    }

    /// Without its end; `nil` at the end of the file.
    mutating func next() throws -> [UInt8]? {
        var searched = position
        while true {
            if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                return Array(bytes[position..<end])
            }
            searched = bytes.count - position
            bytes.removeFirst(position)
            position = 0
            guard let more = try read() else {
                defer { bytes = [] }
                return bytes.isEmpty ? nil : bytes
            }
            bytes.append(contentsOf: more)
        }
    }

    /// `nil` at the end of the file, and where a line is longer than any that was written.
    private func read() throws -> Data? {
        guard bytes.count < Self.longest else { return nil }
        do {
            guard let data = try handle.read(upToCount: Self.size), !data.isEmpty else { return nil }
            return data
        } catch {
            throw RunFailure(.usage, "\(path): expected a plan file to read, got: \(error.reason)")
        }
    }
}
