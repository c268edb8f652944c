import CatalinkCore

/// Reads a source a few chunks ahead, on a thread of its own once one chunk does not hold all of it.
final class AheadSource: ByteSource {
    private let source: any ByteSource
    private let ahead: ReadAhead<ChunkReader>
    private var chunk: Chunk
    private var passed = 0

    init(_ source: any ByteSource, chunkSize: Int = 128 * 1024) {
        self.source = source
        ahead = ReadAhead(ChunkReader(source, chunkSize))
        chunk = ahead.next()
    }

    var notes: [String] { source.notes }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        while passed == chunk.bytes.count {
            if let failure = chunk.failure { throw failure }
            guard ahead.hasMore else { return 0 }
            (chunk, passed) = (ahead.next(), 0)
        }
        let count = min(chunk.bytes.count - passed, buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(chunk.bytes.rebased(passed..<passed + count)))
        passed += count
        return count
    }
}

/// Some bytes of a source, and why nothing follows them.
private final class Chunk {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private var count = 0
    private(set) var failure: CatalogError?

    init(size: Int) {
        room = .allocate(capacity: size)
    }

    deinit {
        room.deallocate()
    }

    var bytes: UnsafeMutableBufferPointer<UInt8> { room.rebased(0..<count) }

    /// - Returns: whether more may follow.
    func fill(from source: any ByteSource) -> Bool {
        count = 0
        do throws(CatalogError) {
            while count < room.count {
                let size = try source.read(
                    into: UnsafeMutableRawBufferPointer(room.rebased(count..<room.count)))
                if size == 0 { return false }
                count += size
            }
            return true
        } catch {
            failure = error
            return false
        }
    }
}

private final class ChunkReader: BlockProducer {
    private let source: any ByteSource
    private let size: Int

    init(_ source: any ByteSource, _ size: Int) {
        (self.source, self.size) = (source, size)
    }

    func makeBlock() -> Chunk { Chunk(size: size) }

    func fill(_ block: Chunk) -> Bool { block.fill(from: source) }
}

extension UnsafeMutableBufferPointer<UInt8> {
    fileprivate func rebased(_ range: Range<Int>) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(rebasing: self[range])
    }
}
