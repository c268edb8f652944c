/// How a catalog writes its numbers, and how to read them into plain notation.
package enum NumberGrammar: String, Sendable, CaseIterable {
    /// `1299.00`, and `1,299.00` with well-formed groups.
    case point
    /// `1299,00`, `1.299,00`, `5 000,50`.
    case comma

    /// The number in plain notation (`1299.00`).
    ///
    /// Without a grammar only plain notation itself is taken, and a number such as `1.299`, which could be either,
    /// is refused.
    package static func plain(_ text: [UInt8], _ grammar: NumberGrammar?) throws(FilterFailure) -> [UInt8] {
        var text = text
        text.trim()
        guard !text.isEmpty else { return [] }
        switch grammar {
        case nil:
            if text.isAmbiguousThousand {
                throw FilterFailure(
                    expected: "a decimal number", got: text.text.quoted,
                    hint:
                        "the point may group thousands or begin decimals; say `decimal: point` or `decimal: comma`"
                )
            }
            guard FixedDecimal(text) != nil else { throw failure(text) }
            return text
        case .some(let grammar):
            guard let plain = grammar.read(text) else { throw failure(text) }
            return plain
        }
    }

    private func read(_ text: [UInt8]) -> [UInt8]? {
        switch self {
        case .point: Self.grouped(text, decimal: UInt8(ascii: "."), group: UInt8(ascii: ","))
        case .comma: Self.grouped(text, decimal: UInt8(ascii: ","), group: UInt8(ascii: "."))
        }
    }

    private static func grouped(_ text: [UInt8], decimal: UInt8, group: UInt8) -> [UInt8]? {
        var plain: [UInt8] = []
        var digitsInGroup = 0
        var separator: [UInt8]?
        var seenDecimal = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte.isDigit {
                plain.append(byte)
                digitsInGroup += 1
                index += 1
            } else if (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")) && index == 0 {
                if byte == UInt8(ascii: "-") { plain.append(byte) }
                index += 1
            } else if byte == decimal, !seenDecimal {
                guard separator == nil || digitsInGroup == 3 else { return nil }
                seenDecimal = true
                plain.append(UInt8(ascii: "."))
                index += 1
            } else if !seenDecimal, let width = text.groupSeparatorWidth(at: index, group: group) {
                let found = Array(text[index..<(index + width)])
                let wellFormed = separator == nil ? (1...3).contains(digitsInGroup) : digitsInGroup == 3
                guard wellFormed, separator == nil || separator == found else { return nil }
                separator = found
                digitsInGroup = 0
                index += width
            } else {
                return nil
            }
        }
        guard seenDecimal || separator == nil || digitsInGroup == 3, FixedDecimal(plain) != nil else {
            return nil
        }
        return plain
    }

    private static func failure(_ text: [UInt8]) -> FilterFailure {
        let hint: String? =
            if text.last.map({ !$0.isDigit && $0 != UInt8(ascii: ".") }) ?? false {
                "take the number alone, as in {{price | split: ' ' | first | decimal}}"
            } else {
                allCases.first { $0.read(text) != nil }.map { grammar in
                    (grammar == .comma ? "a decimal comma? " : "") + "say `decimal: \(grammar.rawValue)`"
                }
            }
        return FilterFailure(expected: "a decimal number", got: text.text.quoted, hint: hint)
    }
}

extension [UInt8] {
    /// One to three digits, a point, three digits: `1.299` is 1299 in half of the world.
    fileprivate var isAmbiguousThousand: Bool {
        guard let point = firstIndex(of: UInt8(ascii: ".")), count - point == 4 else { return false }
        let whole = self[..<point].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        return (1...3).contains(whole.count) && whole.first != UInt8(ascii: "0")
            && whole.allSatisfy(\.isDigit) && self[(point + 1)...].allSatisfy(\.isDigit)
    }

    /// The width in bytes of a thousands separator: the grammar's own, a blank, an apostrophe, a no-break space
    /// (U+00A0) or a narrow one (U+202F).
    fileprivate func groupSeparatorWidth(at index: Int, group: UInt8) -> Int? {
        switch self[index] {
        case group, UInt8(ascii: " "), UInt8(ascii: "'"): 1
        case 0xC2 where index + 1 < count && self[index + 1] == 0xA0: 2
        case 0xE2 where index + 2 < count && self[index + 1] == 0x80 && self[index + 2] == 0xAF: 3
        default: nil
        }
    }
}
