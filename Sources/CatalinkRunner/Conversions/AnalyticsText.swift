package import CatalinkCore

/// A table for people, programs and spreadsheets.
struct TextTable {
    var header: [String]
    var rows: [[String]] = []
    /// Columns of numbers.
    var numbers: Set<Int> = []

    var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].cells }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[column] - text.cells)
                line += (column > 0 ? "  " : "") + (numbers.contains(column) ? blanks + text : text + blanks)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The same as CSV; cells that a spreadsheet would take for formulas are guarded.
    var csv: [UInt8] {
        var bytes: [UInt8] = []
        for row in [header] + rows {
            for (index, cell) in row.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.appendCell(cell, isNumber: numbers.contains(index))
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}

extension Analytics {
    private static let figures = [
        "links", "conversions", "currency", "revenue", "average", "first", "last",
    ]

    /// One line for each currency; groups that have sold nothing have one, too.
    private func table(shown: Bool) -> TextTable {
        var table = TextTable(header: (dimension.map { [$0.rawValue] } ?? []) + Self.figures)
        let first = dimension == nil ? 0 : 1
        table.numbers = [first, first + 1, first + 3, first + 4]
        for group in groups {
            let name = dimension == nil ? [] : [group.name ?? ""].map { shown ? $0.shownOrNone : $0 }
            if group.revenue.isEmpty {
                table.rows.append(name + ["\(group.links)", "0", "", "", "", "", ""])
            }
            for revenue in group.revenue {
                table.rows.append(name + ["\(group.links)"] + revenue.figures)
            }
        }
        return table
    }

    package var text: [String] {
        let scope = link.map { "link \($0.shown())" } ?? "all links"
        let range = since.map { " since \(CivilTime($0).iso8601)" } ?? ""
        let days =
            dimension == .day ? "; links on the day they were made, payments on the day they were paid" : ""
        return ["\(job): \(scope)\(range)\(days)"] + table(shown: true).lines.map { "  " + $0 }
    }

    package var csv: [UInt8] { table(shown: false).csv }

    package var json: JSONValue {
        .object([
            ("job", .string(job)), ("link", .optional(link)), ("by", .optional(dimension?.rawValue)),
            ("since", .optional(since.map { CivilTime($0).iso8601 })),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object([
                            ("name", .optional(group.name)), ("links", .integer(group.links)),
                            ("conversions", .integer(group.conversions)),
                            ("currencies", .array(group.revenue.map(\.json))),
                        ])
                    })
            ),
        ])
    }
}

extension Revenue {
    fileprivate var figures: [String] {
        [
            "\(count)", currency.name, sumText, averageText, CivilTime(first).iso8601,
            CivilTime(last).iso8601,
        ]
    }

    fileprivate var json: JSONValue {
        .object([
            ("currency", .string(currency.name)), ("conversions", .integer(count)),
            ("revenue", .string(sumText)), ("average", .string(averageText)),
            ("first", .string(CivilTime(first).iso8601)), ("last", .string(CivilTime(last).iso8601)),
        ])
    }
}

extension TopList {
    private func table(shown: Bool) -> TextTable {
        var table = TextTable(
            header: ["link_id", "title", "url", "conversions", "revenue", "average", "currency"])
        table.numbers = [3, 4, 5]
        for line in lines {
            let names = [line.id, line.link?.title ?? Analytics.lost, line.link?.url ?? ""]
            table.rows.append(
                (shown ? names.map { $0.shown(limit: 60) } : names) + [
                    "\(line.revenue.count)", line.revenue.sumText, line.revenue.averageText,
                    line.revenue.currency.name,
                ])
        }
        return table
    }

    package var text: [String] { table(shown: true).lines }

    package var csv: [UInt8] { table(shown: false).csv }

    package var json: JSONValue {
        .array(
            lines.map { line in
                .object([
                    ("link_id", .string(line.id)), ("title", .optional(line.link?.title)),
                    ("url", .optional(line.link?.url)), ("conversions", .integer(line.revenue.count)),
                    ("revenue", .string(line.revenue.sumText)),
                    ("average", .string(line.revenue.averageText)),
                    ("currency", .string(line.revenue.currency.name)),
                ])
            })
    }
}

extension String {
    fileprivate var shownOrNone: String { isEmpty ? "(none)" : shown(limit: 60) }

    /// How wide it is in a terminal.
    fileprivate var cells: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + ($1.isWide ? 2 : 1) }
    }
}

extension Character {
    /// Wide or full-width by UAX #11, or shown as an emoji.
    fileprivate var isWide: Bool {
        guard let first = unicodeScalars.first else { return false }
        return switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: first.properties.isEmojiPresentation || unicodeScalars.contains("\u{FE0F}")
        }
    }
}
