import CatalinkCore
import Glibc

extension UnsafeRawBufferPointer {
    /// The first place of a byte, or `end`; by `memchr`, which the C library has in vector instructions.
    @inline(__always)
    func index(of byte: UInt8, from start: Int, to end: Int) -> Int {
        guard start < end, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), end - start)
        else { return end }
        return UnsafeRawPointer(found) - base
    }

    /// Line ends as an editor counts them: LF, CRLF and CR are one each.
    func lineEnds(from start: Int, to end: Int) -> Int {
        var lines = 0
        var feed = index(of: .lineFeed, from: start, to: end)
        while feed < end {
            lines += 1
            feed = index(of: .lineFeed, from: feed + 1, to: end)
        }
        var lone = index(of: .carriageReturn, from: start, to: end)
        while lone < end {
            if lone + 1 == count || self[lone + 1] != .lineFeed { lines += 1 }
            lone = index(of: .carriageReturn, from: lone + 1, to: end)
        }
        return lines
    }

    /// Where a byte stands in the file, by what lies before it from `start`, the begin of `line`.
    func position(of offset: Int, from start: Int, line: Int) -> TextPosition {
        var begin = offset
        while begin > start, !endsLine(at: begin - 1) { begin -= 1 }
        let characters = self[begin..<offset].count { $0 & 0xC0 != 0x80 }
        return TextPosition(line: line + lineEnds(from: start, to: begin), column: characters + 1)
    }

    private func endsLine(at index: Int) -> Bool {
        if self[index] == .lineFeed { return true }
        return self[index] == .carriageReturn && (index + 1 == count || self[index + 1] != .lineFeed)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Makes doubled quotation marks single ones in place. The bytes that fall free become quotation marks, so that
    /// whoever counts lines and characters of the record still counts what the file has.
    ///
    /// - Parameter escapes: where the first mark of each pair stands.
    func undo(_ escapes: ArraySlice<Int>, of quote: UInt8, in text: Range<Int>) {
        guard let base = baseAddress, var target = escapes.first else { return }
        for index in escapes.indices {
            let source = escapes[index] + 1
            let end = index + 1 < escapes.endIndex ? escapes[index + 1] : text.upperBound
            memmove(base + target, base + source, end - source)
            target += end - source
        }
        memset(base + target, Int32(quote), text.upperBound - target)
    }
}
