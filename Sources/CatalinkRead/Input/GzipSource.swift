import CZLib
import CatalinkCore

/// The contents of a gzip file; members that follow one another are one text (RFC 1952).
final class GzipSource: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let limits: ReadLimits
    private var input: [UInt8] = Array(repeating: 0, count: 64 * 1024)
    private var inputRange = 0..<0
    private var stream: UnsafeMutablePointer<z_stream>
    private var isInMember = true
    private var packed = 0
    private var unpacked = 0

    /// Small files of one letter pack better than any catalog; up to here the ratio says nothing.
    private static let smallSize = 1024 * 1024

    init(_ source: any ByteSource, name: String, _ limits: ReadLimits) {
        self.source = source
        self.name = name
        self.limits = limits
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 31: the largest window, and a gzip header.
        let opened = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib refused to start")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        while true {
            if inputRange.isEmpty, try refill() == 0 {
                guard !isInMember else {
                    throw failure("a complete gzip file", "one that ends early", hint: Self.earlyEnd)
                }
                return 0
            }
            if !isInMember { try beginMember() }
            let produced = try inflate(into: buffer)
            unpacked += produced
            try checkLimits()
            if produced > 0 { return produced }
        }
    }

    private func refill() throws(CatalogError) -> Int {
        let count = try input.fill(from: source)
        packed += count
        inputRange = 0..<count
        return count
    }

    private func beginMember() throws(CatalogError) {
        guard input[inputRange.lowerBound] == 0x1F else {
            throw failure(
                "nothing but another gzip member behind the end of one",
                Array(input[inputRange].prefix(12)).text.quoted,
                hint: "the file was damaged, or something was appended to it")
        }
        inflateReset(stream)
        isInMember = true
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
            throw failure("a gzip file", status == Z_MEM_ERROR ? "no memory to unpack it" : "damaged data")
        }
        return produced
    }

    private func checkLimits() throws(CatalogError) {
        guard unpacked <= limits.unpackedSize else {
            throw failure(
                "a gzip file that unpacks to at most \(limits.unpackedSize) bytes", "one with more in it",
                hint: ReadLimits.hint("unpacked"))
        }
        let (allowed, overflows) = limits.packingRatio.multipliedReportingOverflow(by: packed)
        guard overflows || unpacked <= max(allowed, Self.smallSize) else {
            throw failure(
                "a gzip file", "one that unpacks to more than \(limits.packingRatio) times its size",
                hint: ReadLimits.hint("packing"))
        }
    }

    private static let earlyEnd = "it was cut short or is still being written"

    private func failure(_ expected: String, _ got: String, hint: String? = nil) -> CatalogError {
        CatalogError(at: name, expected: expected, got: got, hint: hint)
    }
}
