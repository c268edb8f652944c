import CatalinkCore
import Glibc

/// The bytes of a catalog, in order, whatever they are packed in.
protocol ByteSource: AnyObject {
    /// Fills at most the whole buffer; 0 at the end, when the file has been found unchanged.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int
}

/// A regular file, watched from its opening to its end: one that changes while it is read is no catalog.
final class CatalogFile: ByteSource {
    private let name: String
    private let path: String
    private let descriptor: Int32
    private let opened: State
    private var bytesRead: Int64 = 0

    private struct State: Equatable {
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
        let inode: UInt64

        init(_ status: stat) {
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            inode = UInt64(status.st_ino)
        }
    }

    /// - Parameter name: how messages call the file.
    init(path: String, name: String) throws(CatalogError) {
        self.path = path
        self.name = name
        // Non-blocking, so that a FIFO is told from a file rather than waited for.
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw CatalogError(
                at: name, expected: "a catalog file", got: String(cString: strerror(errno)),
                hint: "`source.path` is relative to the job file")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw CatalogError(at: name, expected: "a regular file", got: "a directory, pipe or device")
        }
        opened = State(status)
    }

    deinit {
        close(descriptor)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw CatalogError(at: name, expected: "to read on", got: String(cString: strerror(errno)))
            }
            bytesRead += Int64(count)
            if count == 0 { try checkUnchanged() }
            return count
        }
    }

    private func checkUnchanged() throws(CatalogError) {
        var open = stat()
        var named = stat()
        guard fstat(descriptor, &open) == 0, stat(path, &named) == 0, State(open) == opened,
            State(named) == opened,
            bytesRead == opened.size
        else {
            throw CatalogError(
                at: name, expected: "the same file from begin to end",
                got: "one that changed while it was read",
                hint: "let the export finish first, best by writing to another name and renaming")
        }
    }
}

/// What is read from: a file, and through gzip when its first bytes say so.
enum CatalogInput {
    /// The bytes as text: valid UTF-8 without a byte order mark, whatever the file is written in.
    ///
    /// - Parameter isXML: whether a declaration such as `<?xml encoding="…"?>` counts.
    static func text(
        path: String, name: String, _ settings: InputSettings, isXML: Bool = false
    ) throws(CatalogError) -> any ByteSource {
        try open(path: path, name: name)
    }

    static func open(path: String, name: String) throws(CatalogError) -> any ByteSource {
        let file = try CatalogFile(path: path, name: name)
        let buffered = PeekedSource(file)
        let head = try buffered.peek(2)
        return head == [0x1F, 0x8B] ? try GzipSource(buffered, name: name) : buffered
    }
}

/// Lets the first bytes be looked at before they are read.
final class PeekedSource: ByteSource {
    private let source: any ByteSource
    private var head: [UInt8] = []

    init(_ source: any ByteSource) {
        self.source = source
    }

    func peek(_ count: Int) throws(CatalogError) -> [UInt8] {
        while head.count < count {
            var chunk: [UInt8] = Array(repeating: 0, count: count - head.count)
            let size = try chunk.fill(from: source)
            if size == 0 { break }
            head.append(contentsOf: chunk[..<size])
        }
        return Array(head.prefix(count))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        guard !head.isEmpty else { return try source.read(into: buffer) }
        let count = min(head.count, buffer.count)
        buffer.copyBytes(from: head[..<count])
        head.removeFirst(count)
        return count
    }
}

extension [UInt8] {
    /// Reads once into the whole array; how many bytes came.
    mutating func fill(from source: any ByteSource, at offset: Int = 0) throws(CatalogError) -> Int {
        var result: Result<Int, CatalogError> = .success(0)
        withUnsafeMutableBytes { buffer in
            do throws(CatalogError) {
                result = .success(
                    try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }
}
