import CatalinkCore

/// The bytes of a catalog, in order, whatever they are packed in.
protocol ByteSource: AnyObject {
    /// Fills at most the whole buffer; 0 at the end, when the file has been found unchanged.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int
    /// What was passed over or added on the way, one message with its place each.
    var notes: [String] { get }
}

extension ByteSource {
    var notes: [String] { [] }
}

/// Lets the first bytes be looked at before they are read.
final class PeekedSource: ByteSource {
    private let source: any ByteSource
    private var head: [UInt8] = []

    init(_ source: any ByteSource) {
        self.source = source
    }

    /// Fewer bytes than asked for only when the source has no more.
    func peek(_ count: Int) throws(CatalogError) -> [UInt8] {
        while head.count < count {
            var chunk: [UInt8] = Array(repeating: 0, count: count - head.count)
            let size = try chunk.fill(from: source)
            if size == 0 { break }
            head.append(contentsOf: chunk[..<size])
        }
        return Array(head.prefix(count))
    }

    /// Passes over bytes that have been looked at.
    func skip(_ count: Int) {
        head.removeFirst(count)
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
    /// Reads once into the array from `offset` to its end; how many bytes came.
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
