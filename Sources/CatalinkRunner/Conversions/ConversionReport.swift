package import CatalinkCore
import Foundation

/// What an import of payments did.
package struct ConversionReport: Sendable {
    package var job: String
    /// What rules are named by: the file that says how payments are read.
    package var jobFile: String
    /// What is typed: the job's own file, and the one that was given beside it.
    package var command = ""
    package var mapping: String?
    package var source: String
    package var books = ConversionBooks()
    package var problems = ProblemGroups()
    /// Rows that are known by what they say, as they have no id.
    package var withoutID = 0
    package var warnings: [String] = []
    package var fix: FixFile?
    package var seconds = 0.0

    package var status: ExitStatus {
        guard books.balance else { return .unexpected }
        return books.unmatched + books.invalid > 0 ? .rowsNeedWork : .settled
    }

    package var json: JSONValue {
        .object([
            ("job", .string(job)), ("exit", .integer(Int(status.rawValue))),
            ("seconds", .number(String(Double(Int(seconds * 1000)) / 1000))), ("books", books.json),
            ("withoutId", .integer(withoutID)),
            ("problems", .array(problems.groups.map { JSONValue($0, jobFile: jobFile) })),
            (
                "fix",
                fix.map { fix in
                    .object([
                        ("file", .optional(fix.failure == nil ? fix.path : nil)),
                        ("rows", .integer(fix.rows)),
                        ("error", .optional(fix.failure)),
                    ])
                } ?? .null
            ),
        ])
    }
}

extension ConversionBooks {
    /// Every count by its name.
    var counts: [(name: String, count: Int)] {
        [("new", new), ("known", known), ("unmatched", unmatched), ("invalid", invalid)]
    }

    package var json: JSONValue {
        .object([("rows", .integer(rows))] + counts.map { ($0.name, .integer($0.count)) })
    }
}

extension ReportText {
    package static func conversions(_ report: ConversionReport) -> [String] {
        let books = report.books
        var lines = ["\(report.job): \(grouped(books.rows)) rows of \(report.source)"]
        for (name, count) in books.counts where count > 0 {
            lines.append("  " + name.padding(toLength: 11, withPad: " ", startingAt: 0) + grouped(count))
        }
        let sum = books.counts.map { "\(grouped($0.count)) \($0.name)" }.joined(separator: " + ")
        lines.append("  books      \(grouped(books.rows)) rows \(books.balance ? "=" : "≠") \(sum)")
        if report.withoutID > 0 { lines.append(ids(report.withoutID, "rows", width: 11)) }
        guard let fix = report.fix else { return lines }
        lines.append("  fix        \(fix.line)")
        if fix.failure == nil {
            lines.append(
                "  next       correct the rows in the fix file, then: \(fix.command(payments: report.command, report.mapping))"
            )
        }
        return lines
    }

    /// - Parameters:
    ///   - rows: what they are called, those that have no id.
    ///   - width: of the column with the names of counts.
    static func ids(_ count: Int, _ rows: String, width: Int) -> String {
        "  " + "ids".padding(toLength: width, withPad: " ", startingAt: 0)
            + "\(grouped(count)) \(rows) have none: each is known by its link, amount, currency and time, and equal ones "
            + "are one payment"
    }
}
