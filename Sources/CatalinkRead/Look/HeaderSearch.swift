import CatalinkCore

/// Finds the line of a table's header where a title or a date stands above it.
struct HeaderSearch {
    /// What a line makes of the lines below it, when it is the header.
    struct Trial {
        var columns: [String]
        /// How wide the first rows are.
        var widths: [Int]

        var filled: Int { columns.count { !$0.isEmpty } }

        /// Whether its cells are names that differ, each with a letter in it, none a number, a date or an address.
        var isOfNames: Bool {
            let names = columns.filter { !$0.isEmpty }
            return names.count > 1 && Set(names).count == names.count && names.allSatisfy(\.isName)
        }

        /// Whether no column but the last ones lacks a name.
        var isWhole: Bool { !columns.reversed().drop(while: \.isEmpty).contains("") }

        /// Whether it is a header that lacks some names, and the other one of its rows.
        func isRather(than other: Trial) -> Bool {
            isOfNames && filled * 2 > other.filled && (isOfProducts || !other.isOfProducts)
        }

        private var isOfProducts: Bool {
            columns.contains { ColumnWords($0, hasPrefixes: false).isOfProduct }
        }

        var fitsRows: Bool {
            let alike = widths.count { $0 == columns.count }
            return !widths.isEmpty && alike * 10 >= widths.count * 9
        }
    }

    private static let mostLines = 20

    /// The line, from 1; `nil` where the first that is not blank is the header, or none is better.
    ///
    /// - Parameters:
    ///   - first: of the first line; `nil` when it makes no table.
    ///   - trial: reads the table with the header on a line.
    static func line(
        in head: [UInt8], first: Trial?, trial: (Int) -> Trial?
    ) -> Int? {
        if let first, first.isOfNames, first.fitsRows, first.filled == first.columns.count { return nil }
        let lines = head.split(separator: .lineFeed, maxSplits: mostLines, omittingEmptySubsequences: false)
        for (index, line) in lines.prefix(mostLines).enumerated().dropFirst()
        where !line.allSatisfy(\.isBlank) {
            guard let found = trial(index + 1), found.filled > first?.filled ?? 0, found.isOfNames,
                found.isWhole,
                found.fitsRows
            else { continue }
            return first?.isRather(than: found) == true ? nil : index + 1
        }
        return nil
    }
}

extension String {
    fileprivate var isName: Bool {
        guard let start = first, contains(where: \.isLetter), count <= 80 else { return false }
        return !start.isNumber && !contains("://")
    }
}
