import CatalinkCore

/// How a fix file names the item, or the items, of a row: `A-1`, `A-1 (premium)`, `A-1 (premium, standard)`.
struct ItemName {
    let text: String

    /// As it stands in a file; blanks and forms of letters do not count.
    init(cell: [UInt8]) {
        var bytes = cell
        bytes.trim()
        bytes.compose()
        text = bytes.text
    }

    /// - Parameter segments: those that are wrong; empty ones are not told.
    init(key: [UInt8], segments: [[UInt8]]) {
        let named = segments.filter { !$0.isEmpty }.map(\.text)
        text = key.text + (named.isEmpty ? "" : " (\(named.joined(separator: ", ")))")
    }

    init(_ item: ItemKey) {
        self.init(key: item.key, segments: [item.segment])
    }

    var isEmpty: Bool { text.isEmpty }

    /// Whether these items, which are all that a row makes, are or hold the one that is named.
    func fits(_ items: [ItemKey]) -> Bool {
        items.contains { ItemName($0).text == text } || holdsSeveral(items)
    }

    private func holdsSeveral(_ items: [ItemKey]) -> Bool {
        guard let key = items.first?.key.text, text.hasPrefix(key + " ("), text.hasSuffix(")") else {
            return false
        }
        let segments = text.dropFirst(key.count + 2).dropLast().split(separator: ", ").map(String.init)
        let own = items.map(\.segment.text)
        return segments.allSatisfy(own.contains)
    }
}
