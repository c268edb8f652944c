/// One line of the page's table: an item, or a row that became none.
package struct PageItem: Sendable, Equatable {
    package var key = ""
    package var segment = ""
    package var title = ""
    /// What the run said of it; empty where it said nothing.
    package var verdict = ""
    /// What the ledger knows of it; empty where there is no item.
    package var state = ""
    package var linkID = ""
    package var address = ""
    package var amount = ""
    package var currency = ""
    package var error = ""
    package var file = ""
    package var line = 0
    package var attempts = 0
    package var settledAt: Timestamp?

    package init() {}
}

/// Writes items as the page's script reads them: arrays in a JSON text, which no HTML parser takes for anything else.
///
/// Texts that many rows share are written once; a number stands for each after that.
package struct PageItemWriter: Sendable {
    private var numbers: [String: Int] = [:]
    private var isFirst = true
    /// As many texts are remembered; the script counts with it.
    static let mostShared = 4096
    private static let mostShown = 120
    private static let mostExplained = 400

    package init() {}

    package mutating func append(_ item: PageItem, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: isFirst ? "\n[".utf8 : ",\n[".utf8)
        isFirst = false
        bytes.appendScriptText(item.key.shown(limit: Self.mostShown))
        append(shared: item.segment.shown(limit: Self.mostShown), to: &bytes)
        append(item.title.shown(limit: Self.mostShown), to: &bytes)
        append(shared: item.verdict, to: &bytes)
        append(shared: item.state, to: &bytes)
        let isLinked = item.address.isWebLink
        append(isLinked ? "" : item.linkID.shown(limit: Self.mostShown), to: &bytes)
        append(isLinked ? item.address : "", to: &bytes)
        append(item.amount.shown(limit: Self.mostShown), to: &bytes)
        append(shared: item.currency.shown(limit: Self.mostShown), to: &bytes)
        append(shared: item.error.shown(limit: Self.mostExplained), to: &bytes)
        append(shared: item.file.shown(limit: Self.mostShown), to: &bytes)
        append(item.line, to: &bytes)
        append(item.attempts, to: &bytes)
        append(Int(item.settledAt?.seconds ?? 0), to: &bytes)
        bytes.append(UInt8(ascii: "]"))
    }

    private func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        bytes.appendScriptText(text)
    }

    private func append(_ number: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: String(number).utf8)
    }

    private mutating func append(shared text: String, to bytes: inout [UInt8]) {
        if let number = numbers[text] { return append(number, to: &bytes) }
        if numbers.count < Self.mostShared { numbers[text] = numbers.count }
        append(text, to: &bytes)
    }
}

extension String {
    /// Whether the page may link to it: an `http` or `https` address in printable ASCII.
    var isWebLink: Bool {
        let isWeb = ["https://", "http://"].contains { prefix in
            utf8.count > prefix.utf8.count
                && zip(utf8, prefix.utf8).allSatisfy { $0.asciiLowercased == $1 }
        }
        return isWeb && utf8.count <= 2000 && utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

extension [UInt8] {
    /// Appends a JSON string in which nothing ends a script element, begins a comment in it, or ends a line.
    ///
    /// Source: HTML Living Standard, restrictions for contents of script elements.
    mutating func appendScriptText(_ text: String) {
        append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(\.isPlainInScript) {
            append(contentsOf: text.utf8)
            return append(UInt8(ascii: "\""))
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append(contentsOf: #"\""#.utf8)
            case "\\": append(contentsOf: #"\\"#.utf8)
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            default: append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        append(UInt8(ascii: "\""))
    }
}

extension UInt8 {
    fileprivate var isPlainInScript: Bool {
        self >= 0x20 && self < 0x7F && !"\"\\<>&".utf8.contains(self)
    }
}
