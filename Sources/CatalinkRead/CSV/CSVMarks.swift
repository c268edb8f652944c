/// Walks over the bytes of a text that mean something in CSV: delimiters, quotation marks and line ends.
///
/// Compares sixteen bytes at once and keeps one bit for each of 64: cells are short, and a call to `memchr` for each
/// would cost more than the search.
struct CSVMarks {
    private let bytes: UnsafeRawBufferPointer
    private let delimiter: SIMD16<UInt8>
    private let quote: SIMD16<UInt8>
    private let lineEnd: SIMD16<UInt8>
    private let otherLineEnd: SIMD16<UInt8>
    private var block = 0
    /// The marks of the block that are not passed yet, the first in the lowest bit.
    private var left: UInt64 = 0

    private static let blockSize = 64

    init(_ bytes: UnsafeRawBufferPointer, _ syntax: CSVSyntax) {
        self.bytes = bytes
        delimiter = SIMD16(repeating: syntax.delimiter)
        quote = SIMD16(repeating: syntax.quote ?? syntax.delimiter)
        lineEnd = SIMD16(repeating: .lineFeed)
        otherLineEnd = SIMD16(repeating: syntax.endsAtReturn ? .carriageReturn : .lineFeed)
        left = marks(at: 0)
    }

    /// The next mark, which is then passed; the text's length when there is none.
    @inline(__always)
    mutating func next() -> Int {
        while left == 0 {
            block += Self.blockSize
            guard block < bytes.count else { return bytes.count }
            left = marks(at: block)
        }
        let mark = block + left.trailingZeroBitCount
        left &= left - 1
        return mark
    }

    @inline(__always)
    private func marks(at block: Int) -> UInt64 {
        guard block + Self.blockSize <= bytes.count, let base = bytes.baseAddress else {
            return lastMarks(at: block)
        }
        return marks(base + block)
    }

    private func lastMarks(at block: Int) -> UInt64 {
        var padded = SIMD64<UInt8>()
        let rest = UnsafeRawBufferPointer(rebasing: bytes[block...])
        guard !rest.isEmpty else { return 0 }
        return withUnsafeMutableBytes(of: &padded) { buffer in
            buffer.copyBytes(from: rest)
            guard let base = buffer.baseAddress else { return 0 }
            return marks(UnsafeRawPointer(base)) & ((1 << UInt64(rest.count)) - 1)
        }
    }

    @inline(__always)
    private func marks(_ block: UnsafeRawPointer) -> UInt64 {
        marks16(block) | marks16(block + 16) << 16 | marks16(block + 32) << 32 | marks16(block + 48) << 48
    }

    @inline(__always)
    private func marks16(_ bytes: UnsafeRawPointer) -> UInt64 {
        let text = bytes.loadUnaligned(as: SIMD16<UInt8>.self)
        let found = (text .== delimiter) .| (text .== quote) .| (text .== lineEnd) .| (text .== otherLineEnd)
        // Each byte that is a mark keeps the bit of its place; the product's highest byte is their sum.
        let bits = unsafeBitCast(found, to: SIMD2<UInt64>.self) & SIMD2(repeating: 0x8040_2010_0804_0201)
        return Self.highestByte(bits[0]) | Self.highestByte(bits[1]) &<< 8
    }

    @inline(__always)
    private static func highestByte(_ bits: UInt64) -> UInt64 {
        (bits &* 0x0101_0101_0101_0101) &>> 56
    }
}
