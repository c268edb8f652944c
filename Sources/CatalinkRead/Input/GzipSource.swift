import CZLib
import CatalinkCore

/// The contents of a gzip file; members that follow one another are one text (RFC 1952).
final class GzipSource: ByteSource {
    private let source: any ByteSource
    private let name: String
    private var input: [UInt8] = Array(repeating: 0, count: 64 * 1024)
    private var inputRange = 0..<0
    private var stream: UnsafeMutablePointer<z_stream>
    private var isInMember = true
    private var packed: Int64 = 0
    private var unpacked: Int64 = 0

    /// A catalog packs to a tenth or so; a thousandth is a bomb.
    private static let highestRatio: Int64 = 1000

    init(_ source: any ByteSource, name: String) throws(CatalogError) {
        self.source = source
        self.name = name
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 47: the largest window, and a gzip or zlib header.
        let opened = inflateInit2_(stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib refused to start")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        while true {
            if inputRange.isEmpty {
                let count = try input.fill(from: source)
                if count == 0 {
                    guard !isInMember else { throw failure("a complete gzip file", "one that ends early") }
                    return 0
                }
                packed += Int64(count)
                inputRange = 0..<count
            }
            if !isInMember {
                inflateReset(stream)
                isInMember = true
            }
            let produced = try inflate(into: buffer)
            unpacked += Int64(produced)
            guard unpacked < Self.highestRatio * packed + 1_048_576 else {
                throw failure(
                    "a gzip file", "one that unpacks to more than \(Self.highestRatio) times its size")
            }
            if produced > 0 { return produced }
        }
    }

    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        let (status, left, produced) = input.withUnsafeMutableBufferPointer { bytes in
            stream.pointee.next_in = bytes.baseAddress?.advanced(by: inputRange.lowerBound)
            stream.pointee.avail_in = UInt32(inputRange.count)
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(clamping: buffer.count)
            let room = stream.pointee.avail_out
            let status = CZLib.inflate(stream, Z_NO_FLUSH)
            return (status, Int(stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
        }
        inputRange = (inputRange.upperBound - left)..<inputRange.upperBound
        if status == Z_STREAM_END { isInMember = false }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw failure("a gzip file", "damaged data")
        }
        return produced
    }

    private func failure(_ expected: String, _ got: String) -> CatalogError {
        CatalogError(at: name, expected: expected, got: got)
    }
}
