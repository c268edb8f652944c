import CatalinkCore

/// The part of a file that is being looked at, and where in the file it is.
///
/// It holds what was read last and what must not be lost of before; it grows with the longest text only.
struct JSONWindow {
    let store = ByteStore(capacity: 64 * 1024)
    private(set) var base: UnsafeMutablePointer<UInt8>
    /// The next byte, and the end of those that are here.
    var index = 0
    private(set) var end = 0
    /// From here on bytes are kept.
    var start = 0
    /// Where the text that began at `start` goes on without its escapes; `nil` while it had none.
    var textEnd: Int?
    private(set) var isAtEnd = false
    private(set) var line = 1
    /// Where the line begins, from `base`, less the bytes in it that begin no character.
    private var lineStart = 0
    private var isAfterReturn = false
    private let source: any ByteSource

    init(_ source: any ByteSource) {
        self.source = source
        base = store.base
    }

    /// The place of the next byte.
    var position: TextPosition { TextPosition(line: line, column: index - lineStart + 1) }

    /// The next byte, or `nil` at the end of the file; nothing before it is kept.
    @inline(__always)
    mutating func peek() throws(CatalogError) -> UInt8? {
        if index == end {
            start = index
            guard try refill() else { return nil }
        }
        return base[index]
    }

    /// Passes over white space. After it, `peek` finds what follows.
    ///
    /// - Returns: Whether a line ended in it.
    @inline(__always)
    mutating func skipBlanks() throws(CatalogError) -> Bool {
        if index < end, base[index] > 0x20 { return false }
        return try skipSomeBlanks()
    }

    private mutating func skipSomeBlanks() throws(CatalogError) -> Bool {
        let first = line
        while let byte = try peek() {
            switch byte {
            case 0x20, 0x09: isAfterReturn = false
            case 0x0A: endLine(isSecond: isAfterReturn)
            case 0x0D: endLine(isSecond: false)
            default:
                isAfterReturn = false
                return line > first
            }
            isAfterReturn = byte == 0x0D
            index += 1
        }
        return line > first
    }

    /// - Parameter isSecond: whether this byte only completes a line end.
    private mutating func endLine(isSecond: Bool) {
        if !isSecond { line += 1 }
        lineStart = index + 1
    }

    /// Counts bytes of the line that begin no character.
    @inline(__always)
    mutating func noteContinuations(_ count: Int) { lineStart += count }

    /// Reads on, when all that is here has been looked at; false at the end of the file.
    ///
    /// What lies before `start` goes, and what an escape has left over.
    mutating func refill() throws(CatalogError) -> Bool {
        guard !isAtEnd else { return false }
        close(textEnd ?? index, index)
        if textEnd != nil { textEnd = index }
        close(0, start)
        if end == store.capacity {
            store.grow(to: 2 * store.capacity, keeping: end)
            base = store.base
        }
        let count = try source.read(
            into: UnsafeMutableRawBufferPointer(start: base + end, count: store.capacity - end))
        end += count
        isAtEnd = count == 0
        return count > 0
    }

    /// Makes at least `count` bytes available from `index`; false when the file ends before.
    mutating func require(_ count: Int) throws(CatalogError) -> Bool {
        while end - index < count {
            guard try refill() else { return false }
        }
        return true
    }

    /// Takes bytes out of the window: all that follow move down.
    private mutating func close(_ lower: Int, _ upper: Int) {
        let gap = upper - lower
        guard gap > 0 else { return }
        (base + lower).update(from: base + upper, count: end - upper)
        end -= gap
        index -= gap
        lineStart -= gap
        if start >= upper { start -= gap }
        if let textEnd, textEnd >= upper { self.textEnd = textEnd - gap }
    }
}
