import CatalinkCore

/// The text ahead of the parser, handed out in buffers; what a buffer leaves over is carried into the next.
struct CSVInput {
    private let source: any ByteSource
    private let size: Int
    /// Looked at, not handed out.
    private var ahead: [UInt8] = []
    /// Handed out and given back.
    private var carried: [UInt8] = []
    private var isPart = true
    private var isSourceAtEnd = false

    init(_ source: any ByteSource, bufferSize: Int) {
        self.source = source
        size = bufferSize
    }

    /// Whether nothing follows what was handed out or looked at last.
    private(set) var isWhole = false

    var notes: [String] { source.notes }

    // MARK: Looking ahead

    /// The next bytes, fewer only where the file ends.
    mutating func peek(_ count: Int) throws(CatalogError) -> [UInt8] {
        while ahead.count < count, !isSourceAtEnd {
            var chunk: [UInt8] = Array(repeating: 0, count: count - ahead.count)
            let size = try chunk.fill(from: source)
            if size == 0 { isSourceAtEnd = true }
            ahead.append(contentsOf: chunk[..<size])
        }
        isWhole = isSourceAtEnd && ahead.count <= count
        return Array(ahead.prefix(count))
    }

    /// Passes over bytes that were looked at.
    mutating func drop(_ count: Int) {
        ahead.removeFirst(count)
    }

    // MARK: Buffers

    /// What was given back, with more behind it where that was a part of a record; empty at the end.
    mutating func take() throws(CatalogError) -> [UInt8] {
        guard isPart || carried.isEmpty else {
            defer { carried = [] }
            return carried
        }
        let room = max(size, carried.count * 2)
        var failure: CatalogError?
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            buffer.copyBytes(from: carried)
            count = carried.count
            do throws(CatalogError) {
                while count < room, !isSourceAtEnd || !ahead.isEmpty {
                    count += try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        carried = []
        isWhole = isSourceAtEnd && ahead.isEmpty
        return bytes
    }

    /// - Parameter isPart: whether more is needed to get on; else the rest is handed out again as it is.
    mutating func giveBack(_ rest: ArraySlice<UInt8>, isPart: Bool) {
        carried = Array(rest)
        self.isPart = isPart
    }

    private mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        guard ahead.isEmpty else {
            let count = min(ahead.count, buffer.count)
            buffer.copyBytes(from: ahead[..<count])
            ahead.removeFirst(count)
            return count
        }
        let count = try source.read(into: buffer)
        if count == 0 { isSourceAtEnd = true }
        return count
    }

    /// Asks the source once more, which then finds that the file is still the one that was read.
    func finish() throws(CatalogError) {
        var beyond: [UInt8] = Array(repeating: 0, count: 64)
        while try beyond.fill(from: source) > 0 {}
    }
}
