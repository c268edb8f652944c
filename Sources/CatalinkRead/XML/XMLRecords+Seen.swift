import CatalinkCore

extension XMLRecords {
    /// The document's upper elements, for who gave another path.
    var pathHint: String? {
        tree.outline.isEmpty ? nil : "the document has " + tree.outline.joined(separator: ", ")
    }

    /// Plain paths with text, and the columns that were found, in their own spelling; paths of the document around
    /// the records only if some column is one.
    var seenColumns: [String] {
        var seen: [String] = []
        for node in tree.nodes.indices.dropFirst(2) where tree.nodes[node].isSeen && tree.nodes[node].hasText
        {
            if hasShared || tree.isBelow(XMLPathTree.record, node) {
                seen.append(tree.path(of: node))
            }
        }
        var known = Set(seen)
        for column in columns where tree.nodes[column.node].isSeen && known.insert(column.name).inserted {
            seen.append(column.name)
        }
        return seen
    }

    func notes(file: String) -> [String] {
        guard let (prefix, expected, got) = tree.foreignPrefix else { return [] }
        let place = "\(file): expected `\(prefix.shown()):` to mean \(expected.quoted) as in the job"
        return ["\(place), got: \(got.quoted) (such names are passed over)"]
    }
}
