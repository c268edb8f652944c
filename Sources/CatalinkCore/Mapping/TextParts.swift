extension UInt8 {
    var asciiLowercased: UInt8 {
        self >= 0x41 && self <= 0x5A ? self | 0x20 : self
    }
}

extension [UInt8] {
    /// All parts between the separators, empty ones too.
    func split(separator: [UInt8]) -> [[UInt8]] {
        guard let head = separator.first else { return [self] }
        var parts: [[UInt8]] = []
        var start = 0
        var index = 0
        while index + separator.count <= count {
            if self[index] == head, self[index..<(index + separator.count)].elementsEqual(separator) {
                parts.append(Array(self[start..<index]))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(Array(self[start...]))
        return parts
    }

    /// Whether `split` makes no more parts than so many; looks no farther than it must.
    func isSplit(by separator: [UInt8], intoAtMost most: Int) -> Bool {
        guard let head = separator.first, count >= most else { return true }
        var parts = 1
        var index = 0
        while index + separator.count <= count, parts <= most {
            if self[index] == head, self[index..<(index + separator.count)].elementsEqual(separator) {
                parts += 1
                index += separator.count
            } else {
                index += 1
            }
        }
        return parts <= most
    }

    /// What stands before the first occurrence of `mark`; everything when there is none.
    func before(_ mark: [UInt8]) -> [UInt8] {
        firstIndex(of: mark).map { Array(self[..<$0]) } ?? self
    }

    /// What stands after the first occurrence of `mark`; nothing when there is none.
    func after(_ mark: [UInt8]) -> [UInt8] {
        firstIndex(of: mark).map { Array(self[($0 + mark.count)...]) } ?? []
    }

    private func firstIndex(of mark: [UInt8]) -> Int? {
        guard let head = mark.first, mark.count <= count else { return nil }
        return (0...(count - mark.count)).first {
            self[$0] == head && self[$0..<($0 + mark.count)].elementsEqual(mark)
        }
    }

    package var trimmed: [UInt8] {
        var text = self
        text.trim()
        return text
    }

    /// The longest beginning of at most `length` UTF-16 units that cuts no character in two.
    func truncated(to length: Int) -> [UInt8] {
        guard count > length else { return self }
        var units = 0
        var end = 0
        for character in text {
            units += character.utf16.count
            if units > length { break }
            end += character.utf8.count
        }
        var cut = Array(self[..<end])
        while let last = cut.last, last.isBlank { cut.removeLast() }
        return cut
    }
}
