import CatalinkCore
import Glibc

/// A line and a column that move on with the text; LF, CR LF and a lone CR end a line.
struct TextPlace: Equatable {
    private(set) var line = 1
    /// In characters, from 1.
    private(set) var column = 1
    /// A line feed that comes next ends no second line.
    private var isAfterReturn = false

    /// - Parameter text: UTF-8; sequences are whole.
    mutating func advance(over text: UnsafeRawBufferPointer) {
        guard text.count > 0 else { return }
        var lastBreak = -1
        var next = 0
        while let found = text.index(of: UInt8(ascii: "\n"), from: next) {
            let isSecondHalf = found == 0 ? isAfterReturn : text[found - 1] == UInt8(ascii: "\r")
            if !isSecondHalf { line += 1 }
            lastBreak = found
            next = found + 1
        }
        next = 0
        while let found = text.index(of: UInt8(ascii: "\r"), from: next) {
            line += 1
            lastBreak = max(lastBreak, found)
            next = found + 1
        }
        if lastBreak >= 0 { column = 1 }
        for index in (lastBreak + 1)..<text.count where text[index] & 0xC0 != 0x80 { column += 1 }
        isAfterReturn = text[text.count - 1] == UInt8(ascii: "\r")
    }

    mutating func advance(over text: ArraySlice<UInt8>) {
        text.withUnsafeBytes { advance(over: $0) }
    }

    /// `catalog.csv:12:5`
    func shown(in name: String) -> String { "\(name):\(line):\(column)" }
}

extension UnsafeRawBufferPointer {
    fileprivate func index(of byte: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress, start < count,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
