/// Blanks in and around numbers: those of ASCII, the no-break blank (U+00A0), the thin (U+2009) and the narrow
/// no-break one (U+202F).
extension ArraySlice<UInt8> {
    /// The width in bytes of the blank that the text begins with.
    var leadingBlankWidth: Int? {
        guard let first else { return nil }
        if first.isBlank { return 1 }
        return Self.wideBlanks.first { starts(with: $0) }?.count
    }

    private var trailingBlankWidth: Int? {
        guard let last else { return nil }
        if last.isBlank { return 1 }
        guard last >= 0x80 else { return nil }
        return Self.wideBlanks.first { suffix($0.count).elementsEqual($0) }?.count
    }

    var withoutLeadingBlanks: ArraySlice<UInt8> {
        var text = self
        while let width = text.leadingBlankWidth { text = text.dropFirst(width) }
        return text
    }

    var withoutTrailingBlanks: ArraySlice<UInt8> {
        var text = self
        while let width = text.trailingBlankWidth { text = text.dropLast(width) }
        return text
    }

    var trimmedOfBlanks: ArraySlice<UInt8> {
        withoutLeadingBlanks.withoutTrailingBlanks
    }

    private static let wideBlanks = ["\u{A0}", "\u{2009}", "\u{202F}"].map { Array<UInt8>($0.utf8) }
}
