import CatalinkCore

/// Writes one record as JSON on one line.
enum JSONRow {
    static func append(_ tape: NestedTape, _ notes: CopyNotes, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var members = Separator()
        if let first = tape.entries.first, case .mapping = first.kind {
            var index = 1
            while !tape.isEnd(index) {
                let name = tape.text(of: tape.entries[index])
                let value = index + 1
                index = tape.end(of: value)
                if FixColumn.isOne(Array(name)) { continue }
                members.part(&bytes)
                bytes.appendQuoted(name)
                bytes.append(contentsOf: ": ".utf8)
                append(tape, value, to: &bytes)
            }
        }
        for member in notes.members {
            members.part(&bytes)
            append(member.name, member.text, to: &bytes)
        }
        if notes.hasGiven {
            members.part(&bytes)
            bytes.appendQuoted(Array(FixColumn.given.utf8)[...])
            bytes.append(contentsOf: ": [".utf8)
            var entries = Separator()
            for given in notes.given {
                entries.part(&bytes)
                bytes.append(UInt8(ascii: "{"))
                append("column", Array(given.column.utf8), to: &bytes)
                bytes.append(contentsOf: ", ".utf8)
                append("value", given.text, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ name: String, _ text: [UInt8], to bytes: inout [UInt8]) {
        bytes.appendQuoted(Array(name.utf8)[...])
        bytes.append(contentsOf: ": ".utf8)
        bytes.appendQuoted(text[...])
    }

    private static func append(_ tape: NestedTape, _ start: Int, to bytes: inout [UInt8]) {
        var separators: [Separator] = []
        var isMapping: [Bool] = []
        var isName = false
        for entry in tape.entries[start..<tape.end(of: start)] {
            if case .end = entry.kind {
                bytes.append(UInt8(ascii: isMapping.removeLast() ? "}" : "]"))
                separators.removeLast()
                isName = isMapping.last ?? false
                continue
            }
            let isInMapping = isMapping.last ?? false
            if !separators.isEmpty, isName || !isInMapping { separators[separators.count - 1].part(&bytes) }
            switch entry.kind {
            case .mapping, .list:
                let isOfNames = entry.isMapping
                bytes.append(UInt8(ascii: isOfNames ? "{" : "["))
                separators.append(Separator())
                isMapping.append(isOfNames)
                isName = isOfNames
            case .scalar(let isBare, _):
                if isBare, !(isName && isInMapping) {
                    bytes.append(contentsOf: tape.text(of: entry))
                } else {
                    bytes.appendQuoted(tape.text(of: entry))
                }
                if isInMapping {
                    if isName { bytes.append(contentsOf: ": ".utf8) }
                    isName.toggle()
                }
            case .end: break
            }
        }
    }

    /// A comma before all but the first.
    private struct Separator {
        private var isFirst = true

        mutating func part(_ bytes: inout [UInt8]) {
            if !isFirst { bytes.append(contentsOf: ", ".utf8) }
            isFirst = false
        }
    }
}

extension NestedTape.Entry {
    var isMapping: Bool {
        if case .mapping = kind { return true }
        return false
    }
}

extension NestedTape {
    func isEnd(_ index: Int) -> Bool {
        if case .end = entries[index].kind { return true }
        return false
    }

    /// Behind the value that begins at `start`.
    func end(of start: Int) -> Int {
        var depth = 0
        var index = start
        repeat {
            switch entries[index].kind {
            case .mapping, .list: depth += 1
            case .end: depth -= 1
            case .scalar: break
            }
            index += 1
        } while depth > 0
        return index
    }
}
