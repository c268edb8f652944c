import CatalinkCore
import CatalinkLedger
import Foundation

extension SQLiteLedger {
    /// Which of a run's problems are known.
    ///
    /// - Parameter run: `nil` for the plan that was staged last, in which nobody has refused anything yet.
    func tally(
        _ accept: AcceptedProblems, of run: String?, now: Timestamp
    ) async throws -> AcceptedProblems.Tally {
        try await onOwnThread {
            var tally = accept.tally
            try self.forEachPairToFix(of: run) { pair in
                if run != nil || pair.verdict != .rejected { accept.note(pair, in: &tally, now: now) }
            }
            return tally
        }
    }
}

/// Writes what is wrong with a catalog today as a file of known problems.
struct KnownProblemsFile: Sendable {
    struct Counts: Sendable {
        var written = 0
        /// Rows without a key, by which alone an entry would know them again.
        var leftOut = 0
    }

    private let path: String
    private let until: String

    /// - Throws: where there is such a file, which somebody may have written by hand, or the day is none to come.
    init(path: String, until: String, now: Timestamp) throws {
        (self.path, self.until) = (path, until)
        guard let end = AcceptedProblems.end(written: until), now < end else {
            throw RunFailure(
                .usage, "--until: expected a day to come such as 2027-02-28, got: \(until.quoted)")
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw RunFailure(
                .usage,
                "\(path): expected no such file yet, got: one (write to another, and move its lines over)")
        }
    }

    /// - Parameter namingSegments: whether an entry without a segment would stand for several items.
    func write(
        _ ledger: SQLiteLedger, besides known: AcceptedProblems?, namingSegments: Bool, now: Timestamp
    ) throws -> Counts {
        var counts = Counts()
        var seen: Set<String> = []
        try WholeFile.write(to: path) { file in
            try file.write(contentsOf: Data("# Known problems; each counts again after its day.\n".utf8))
            try ledger.forEachPairToFix(of: nil) { pair in
                guard known?.accepts(pair, now: now) != true, pair.verdict != .rejected else { return }
                guard let key = pair.key else { return counts.leftOut += 1 }
                let line = line(pair, key, namingSegments)
                guard seen.insert(line).inserted else { return }
                try file.write(contentsOf: Data(line.utf8))
            }
            if seen.isEmpty { try file.write(contentsOf: Data("[]\n".utf8)) }
        }
        counts.written = seen.count
        return counts
    }

    private func line(_ pair: RowToFix.Pair, _ key: [UInt8], _ namingSegments: Bool) -> String {
        var members = ["key: \(key.text.inYAML)"]
        if namingSegments { members.append("segment: \(pair.segment.text.inYAML)") }
        if pair.verdict == .duplicate {
            // What is said of duplicates names a line of the catalog, which is another one tomorrow.
            members.append("verdict: duplicate")
        } else if let error = pair.error {
            members.append("problem: \(error.inYAML)")
        }
        return "- {\((members + ["until: \(until)"]).joined(separator: ", "))}\n"
    }

    /// What to say of it, with the path as a job file names it.
    func remark(_ counts: Counts, for jobFile: String) -> [String] {
        let named = jobFile.contains("/") && !path.hasPrefix("/") ? URL(filePath: path).path : path
        let problems = counts.written == 1 ? "problem" : "problems"
        var lines = [
            "  known      \(counts.written.grouped) \(problems) until \(until): `accept: \(named)` in the job lets them be"
        ]
        if counts.leftOut > 0 {
            let rows = counts.leftOut == 1 ? "row has" : "rows have"
            lines.append("             \(counts.leftOut.grouped) \(rows) no key, and no entry")
        }
        return lines
    }
}

extension String {
    /// Between quotation marks as YAML has them, which takes fewer characters as they are than JSON does.
    fileprivate var inYAML: String {
        var text = ""
        for scalar in JSONValue.string(self).bytes.text.unicodeScalars {
            switch scalar.value {
            case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
