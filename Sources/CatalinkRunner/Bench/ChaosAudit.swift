import CatalinkCore

/// The books of one run, added up again from its own document.
enum ChaosAudit {
    /// Statuses that a run may end with while its server fails and its rows change.
    private static let expected: Set<ExitStatus> = [
        .settled, .rowsNeedWork, .needsPerson, .runAgain, .unreachable,
    ]

    /// - Parameter rows: how many records the catalog had.
    static func differences(_ status: Int32, output: String, errors: String, rows: Int) -> [String] {
        guard let exit = ExitStatus(rawValue: status), expected.contains(exit) else {
            return ["ended with \(status): \(failure(output) ?? errors.shown(limit: 300))"]
        }
        guard let document = document(output) else {
            return ["ended with \(status) and no document: \(errors.shown(limit: 300))"]
        }
        var texts: [String] = []
        if document["exit"]?.integer != Int(status) { texts.append("the document names another exit status") }
        if let books = document["books"] { texts += differences(books, rows: rows) }
        if let ledger = document["ledger"] { texts += differences(ledger: ledger) }
        return texts
    }

    private static func document(_ output: String) -> JSONValue? {
        do throws(JSONError) {
            return try JSONValue(parsing: Array(output.utf8))
        } catch {
            return nil
        }
    }

    private static func failure(_ output: String) -> String? {
        document(output)?["error"]?.string?.shown(limit: 300)
    }

    private static func differences(_ books: JSONValue, rows: Int) -> [String] {
        var texts: [String] = []
        let counts = Verdict.allCases.map { books[$0.rawValue]?.integer ?? 0 }
        let (pairs, sum) = (books["pairs"]?.integer ?? -1, counts.reduce(0, +))
        if pairs != sum { texts.append("\(pairs) pairs but \(sum) verdicts") }
        if books["rows"]?.integer != rows || pairs != rows {
            texts.append("\(rows) records but \(books["rows"]?.integer ?? -1) rows and \(pairs) pairs")
        }
        if counts.contains(where: { $0 < 0 }) { texts.append("a verdict counts less than none") }
        return texts
    }

    private static func differences(ledger: JSONValue) -> [String] {
        let names = ["before", "new", "after"]
        let numbers = names.map { ledger[$0]?.integer ?? 0 }
        guard numbers[0] + numbers[1] != numbers[2] else { return [] }
        return ["a ledger of \(numbers[0]) items, \(numbers[1]) new ones, and \(numbers[2]) after it"]
    }
}
