/// What stands at a path where records may be.
struct RecordTrial {
    let path: String
    let columns: [String]
    let count: Int
    let isXML: Bool

    /// Whether these are rather the records than those that were tried before.
    func isBetter(than other: RecordTrial?) -> Bool {
        guard let other else { return true }
        if rank != other.rank { return rank > other.rank }
        // A product has its lists, one list of one product has not the others.
        let isOuter = !isXML && rank == Self.product && depth < other.depth
        return isAllOf(other) || isOuter
    }

    /// How many names and stars lead there.
    private var depth: Int { path == "." ? 0 : path.split(separator: "/").count }

    private static let product = 4

    /// Fields that only products have tell a single product from the lists in it and from what is around it; else
    /// there should be several records, of more than a text.
    private var rank: Int {
        let names = columns.filter { $0 != "." && $0 != "@key" }
        guard !names.isEmpty, isXML || names.count == columns.filter({ $0 != "@key" }).count else {
            return count > 1 ? 1 : 0
        }
        if names.contains(where: isOfProduct) { return Self.product }
        return count > 1 && path != "." ? 3 : 2
    }

    private func isOfProduct(_ column: String) -> Bool {
        !column.contains("/") && ColumnWords(column, hasPrefixes: isXML).isOfProduct
    }

    /// Whether both are one, and the other has nothing else.
    private func isAllOf(_ other: RecordTrial) -> Bool {
        guard count == 1, other.count == 1, path.hasPrefix(other.path + "/") else { return false }
        let below = path.dropFirst(other.path.count + 1) + "/"
        return other.columns.allSatisfy { $0.hasPrefix(below) }
    }
}
