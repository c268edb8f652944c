import CatalinkCore

/// How records of YAML and JSON are written at their path.
struct NestedForm {
    enum Style { case yaml, json, lines }

    let style: Style
    let steps: [RecordPath.Step]

    /// Each document of JSON has one value, which is the record where the path says so.
    var holdsSeveral: Bool { style != .json || !steps.isEmpty }

    func append(_ tape: NestedTape, _ notes: CopyNotes, isFirst: Bool, to bytes: inout [UInt8]) {
        switch style {
        case .yaml:
            if isFirst { openYAML(&bytes) }
            let indent = bytes.openItem(steps, isFirst)
            var writer = YAMLBlock(bytes: bytes)
            bytes = []
            writer.record(tape, notes, indent: indent)
            bytes = writer.bytes
        case .json, .lines:
            if style == .json { bytes.append(contentsOf: (isFirst ? opening : ",\n").utf8) }
            JSONRow.append(tape, notes, to: &bytes)
            if style == .lines { bytes.append(.lineFeed) }
        }
    }

    func end(_ bytes: inout [UInt8]) {
        guard style == .json else { return }
        let closing = steps.reversed().map { $0.isName ? "}" : "]" }.joined()
        bytes.append(contentsOf: ("\n" + closing + (closing.isEmpty ? "" : "\n")).utf8)
    }

    /// `{"products": [` and a line end.
    private var opening: String {
        guard !steps.isEmpty else { return "" }
        return steps.map { step in
            guard case .name(let name) = step else { return "[" }
            var text: [UInt8] = [UInt8(ascii: "{")]
            text.appendQuoted(name[...])
            return text.text + ": "
        }.joined() + "\n"
    }

    private func openYAML(_ bytes: inout [UInt8]) {
        for (depth, step) in steps.dropLast().enumerated() {
            bytes.indent(2 * depth)
            if case .name(let name) = step {
                bytes.appendQuotedUnlessPlain(name[...])
                bytes.append(contentsOf: ":\n".utf8)
            } else {
                bytes.append(contentsOf: "-\n".utf8)
            }
        }
    }
}

extension RecordPath.Step {
    fileprivate var isName: Bool {
        if case .name = self { return true }
        return false
    }
}

extension [UInt8] {
    fileprivate mutating func openItem(_ steps: [RecordPath.Step], _ isFirst: Bool) -> Int {
        guard !steps.isEmpty else {
            if !isFirst { append(contentsOf: "---\n".utf8) }
            return 0
        }
        indent(2 * (steps.count - 1))
        append(contentsOf: "- ".utf8)
        return 2 * steps.count
    }

    mutating func indent(_ blanks: Int) {
        append(contentsOf: repeatElement(0x20, count: blanks))
    }

    /// In quotation marks, with all escaped that JSON or YAML would not take as it is.
    mutating func appendQuoted(_ text: ArraySlice<UInt8>) {
        guard !text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return appendJSON(text) }
        append(UInt8(ascii: "\""))
        for scalar in Array(text).text.unicodeScalars {
            switch scalar.value {
            case 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16)
                append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default:
                var quoted: [UInt8] = []
                quoted.appendJSON(String(scalar))
                append(contentsOf: quoted.dropFirst().dropLast())
            }
        }
        append(UInt8(ascii: "\""))
    }

    mutating func appendQuotedUnlessPlain(_ text: ArraySlice<UInt8>) {
        if text.isPlainYAML { append(contentsOf: text) } else { appendQuoted(text) }
    }
}

extension ArraySlice<UInt8> {
    /// Whether a text of one line reads in a block of YAML as it stands; `false` also for some that would.
    var isPlainYAML: Bool {
        guard let first, let last, !first.isBlank, !last.isBlank, last != UInt8(ascii: ":"),
            !"!&*|<>%@`'\"#,[]{}?=".utf8.contains(first)
        else { return false }
        if first == UInt8(ascii: "-") || first == UInt8(ascii: ":") {
            guard count > 1, !self[startIndex + 1].isBlank, self[startIndex + 1] != first else {
                return false
            }
        }
        for index in indices {
            if self[index] < 0x20 || self[index] == 0x7F { return false }
            guard index > startIndex else { continue }
            if self[index] == 0x20, self[index - 1] == UInt8(ascii: ":") { return false }
            if self[index] == UInt8(ascii: "#"), self[index - 1] == 0x20 { return false }
        }
        return true
    }
}
