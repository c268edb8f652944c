import CatalinkCore

extension JSONEvents {
    /// A number that comes next: where it lies, as written.
    mutating func number() throws(CatalogError) -> (start: Int, count: Int) {
        window.start = window.index
        if window.base[window.index] == UInt8(ascii: "-") { window.index += 1 }
        let first = try keptByte()
        let digits = try digits()
        guard digits == 1 || first != UInt8(ascii: "0") else {
            throw failure(
                "a number without leading zeros", shownNumber(), hint: "or a text in quotation marks")
        }
        if try keptByte() == UInt8(ascii: ".") {
            window.index += 1
            _ = try self.digits()
        }
        if try keptByte() | 0x20 == UInt8(ascii: "e") {
            window.index += 1
            let sign = try keptByte()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { window.index += 1 }
            _ = try self.digits()
        }
        return (window.start, window.index - window.start)
    }

    /// At least one.
    private mutating func digits() throws(CatalogError) -> Int {
        var count = 0
        while try keptByte().isDigit {
            window.index += 1
            count += 1
        }
        guard count > 0 else { throw try unexpected("a digit") }
        guard window.index - window.start <= limits.fieldSize else {
            throw failure(
                "a text of at most \(limits.fieldSize.inBytes)", "a longer one",
                hint: ReadLimits.hint("field"))
        }
        return count
    }

    /// The next byte, 0 at the end; those from `start` stay.
    @inline(__always)
    private mutating func keptByte() throws(CatalogError) -> UInt8 {
        if window.index == window.end {
            guard try window.refill() else { return 0 }
        }
        return window.base[window.index]
    }

    private func shownNumber() -> String {
        let bytes = UnsafeBufferPointer(start: window.base + window.start, count: window.index - window.start)
        return Array(bytes).text.quoted
    }
}
