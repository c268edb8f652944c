import CatalinkCore

/// Writes records as blocks of YAML.
struct YAMLBlock {
    var bytes: [UInt8]

    /// - Parameter indent: of the record's names; the first one stands where the text ends.
    mutating func record(_ tape: NestedTape, _ notes: CopyNotes, indent: Int) {
        var isFirst = true
        func name(_ text: ArraySlice<UInt8>, _ block: inout YAMLBlock) {
            if !isFirst { block.bytes.indent(indent) }
            isFirst = false
            block.name(text)
        }
        if let first = tape.entries.first, first.isMapping {
            var index = 1
            while !tape.isEnd(index) {
                let text = tape.text(of: tape.entries[index])
                let value = index + 1
                index = tape.end(of: value)
                if FixColumn.isOne(Array(text)) { continue }
                name(text, &self)
                self.value(tape, value, indent: indent)
            }
        }
        for member in notes.members {
            name(Array(member.name.utf8)[...], &self)
            text(member.text)
        }
        guard notes.hasGiven else { return }
        name(Array(FixColumn.given.utf8)[...], &self)
        bytes.append(.lineFeed)
        for given in notes.given {
            bytes.indent(indent + 2)
            bytes.append(contentsOf: "- column:".utf8)
            text(Array(given.column.utf8))
            bytes.indent(indent + 4)
            bytes.append(contentsOf: "value:".utf8)
            text(given.text)
        }
    }

    private mutating func name(_ text: ArraySlice<UInt8>) {
        // A longer name is none unless it is said to be one.
        let isLong = text.count > 100
        if isLong { bytes.append(contentsOf: "? ".utf8) }
        bytes.appendQuotedUnlessPlain(text)
        if isLong {
            let indent = bytes.lastLineIndent
            bytes.append(.lineFeed)
            bytes.indent(indent)
        }
        bytes.append(UInt8(ascii: ":"))
    }

    /// A text of ours behind a name.
    private mutating func text(_ text: [UInt8]) {
        bytes.append(0x20)
        bytes.appendQuoted(text[...])
        bytes.append(.lineFeed)
    }

    /// - Parameter indent: of what holds the value, whose name or dash stands where the text ends.
    private mutating func value(_ tape: NestedTape, _ start: Int, indent: Int) {
        let entry = tape.entries[start]
        switch entry.kind {
        case .scalar(let isBare, let isNull): scalar(tape.text(of: entry), isBare, isNull)
        case .mapping, .list:
            let isMapping = entry.isMapping
            if tape.isEnd(start + 1) {
                bytes.append(contentsOf: (isMapping ? " {}\n" : " []\n").utf8)
                return
            }
            bytes.append(.lineFeed)
            children(tape, start, isMapping, indent: indent + 2)
        case .end: break
        }
    }

    private mutating func children(_ tape: NestedTape, _ start: Int, _ isMapping: Bool, indent: Int) {
        var index = start + 1
        while !tape.isEnd(index) {
            bytes.indent(indent)
            if isMapping {
                name(tape.text(of: tape.entries[index]))
                index += 1
            } else {
                bytes.append(UInt8(ascii: "-"))
            }
            value(tape, index, indent: indent)
            index = tape.end(of: index)
        }
    }

    private mutating func scalar(_ text: ArraySlice<UInt8>, _ isBare: Bool, _ isNull: Bool) {
        bytes.append(0x20)
        if isNull, text.isEmpty {
            bytes.append(UInt8(ascii: "~"))
        } else if isBare, text.isPlainYAML {
            bytes.append(contentsOf: text)
        } else {
            bytes.appendQuoted(text)
        }
        bytes.append(.lineFeed)
    }
}

extension [UInt8] {
    /// Blanks and dashes before the last line's first name.
    fileprivate var lastLineIndent: Int {
        let start = lastIndex(of: .lineFeed).map { $0 + 1 } ?? 0
        return self[start...].prefix { $0 == 0x20 || $0 == UInt8(ascii: "-") }.count
    }
}
