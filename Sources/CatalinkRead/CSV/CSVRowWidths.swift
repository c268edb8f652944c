import CatalinkCore

/// Gives every row as many fields as the header has, and keeps count of those that had more or fewer.
struct CSVRowWidths {
    private struct Tally {
        var count = 0
        var firstLine = 0

        mutating func add(_ line: Int) {
            if count == 0 { firstLine = line }
            count += 1
        }
    }

    private let width: Int
    /// Up to the last column that has a name: a row that lacks only what nobody can ask for lacks nothing.
    private let namedWidth: Int
    private let ragged: CSVDialect.Ragged
    private var filled = Tally()
    private var cut = Tally()
    /// What the row that was settled last has beyond the header, where that is a problem.
    private(set) var surplus: [FieldRange] = []

    init(_ header: Header, _ ragged: CSVDialect.Ragged) {
        width = header.columns.count
        namedWidth = header.columns.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
        self.ragged = ragged
    }

    /// Settles the row whose fields begin at `first`; how many fields it counts as having.
    mutating func settle(_ fields: inout [FieldRange], from first: Int, line: Int) -> Int {
        let count = fields.count - first
        if count == width { return count }
        if count < width {
            fields.append(contentsOf: repeatElement(.absent, count: width - count))
            guard count < namedWidth else { return width }
            guard ragged != .error else { return count }
            filled.add(line)
            return width
        }
        // Delimiters at a row's end give it empty fields, which say nothing.
        let beyond = Array(fields[(first + width)...])
        fields.removeLast(count - width)
        guard beyond.contains(where: { $0.length > 0 }) else { return width }
        guard ragged == .ignore else {
            surplus = beyond
            return count
        }
        cut.add(line)
        return width
    }

    func notes(_ name: String) -> [String] {
        let kinds = [
            (filled, "fewer fields than the header and", "filled up"),
            (cut, "more fields than the header and", "cut"),
        ]
        return kinds.filter { $0.0.count > 0 }.map { tally, what, done in
            let (rows, were) = tally.count == 1 ? ("row has", "was") : ("rows have", "were")
            return "\(name):\(tally.firstLine): \(tally.count) \(rows) \(what) \(were) \(done)"
        }
    }
}
