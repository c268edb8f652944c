/// What a reader of markdown would see as it should not be seen.
enum MarkdownFlaw {
    /// The first HTML tag, or the first link whose address opens nothing.
    static func first(in text: [UInt8]) -> String? {
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "<"):
                if let tag = tag(in: text, at: index) { return "the HTML tag \(tag.quoted)" }
            case UInt8(ascii: "]"):
                if let target = target(in: text, behind: index), !opens(target) {
                    return "a link to \(target.text.quoted)"
                }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// `<b>`, `</p>`, `<br/>`; `a < b` and `<3` are none, nor is an address such as `<https://example.com>`.
    private static func tag(in text: [UInt8], at start: Int) -> String? {
        var index = start + 1
        if index < text.count, text[index] == UInt8(ascii: "/") { index += 1 }
        let name = index
        while index < text.count, text[index].isASCIILetter || (index > name && text[index].isDigit) {
            index += 1
        }
        guard index > name, index < text.count, index - name <= 12 else { return nil }
        let next = text[index]
        guard next == UInt8(ascii: ">") || next == UInt8(ascii: "/") || next.isBlank,
            text[index...].prefix(400).contains(UInt8(ascii: ">"))
        else { return nil }
        return Array(text[start..<index]).text + ">"
    }

    private static func target(in text: [UInt8], behind bracket: Int) -> [UInt8]? {
        guard bracket + 1 < text.count, text[bracket + 1] == UInt8(ascii: "(") else { return nil }
        let rest = text[(bracket + 2)...]
        guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
        return Array(rest[..<end].prefix { !$0.isBlank })
    }

    private static func opens(_ target: [UInt8]) -> Bool {
        target.isWebAddress || target.starts(with: "mailto:".utf8) || target.starts(with: "tel:".utf8)
    }
}
