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
struct KnownProblemsFile {
    let path: String
    let until: String

    /// - Returns: how many problems are in it.
    /// - Throws: where there is such a file, which somebody may have written by hand, or the day is none.
    func write(_ ledger: SQLiteLedger, besides accept: AcceptedProblems?, now: Timestamp) throws -> Int {
        guard let end = AcceptedProblems.end(written: until), now < end else {
            throw RunFailure(
                .usage, "--until: expected a day to come such as 2027-02-28, got: \(until.quoted)")
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw RunFailure(
                .usage,
                "\(path): expected no such file yet, got: one (write to another, and move its lines over)")
        }
        var written: Set<String> = []
        try WholeFile.write(to: path) { file in
            try file.write(contentsOf: Data("# Known problems; each counts again after its day.\n".utf8))
            try ledger.forEachPairToFix(of: nil) { pair in
                guard accept?.accepts(pair, now: now) != true, pair.verdict != .rejected else { return }
                let line = line(pair)
                guard written.insert(line).inserted else { return }
                try file.write(contentsOf: Data(line.utf8))
            }
            if written.isEmpty { try file.write(contentsOf: Data("[]\n".utf8)) }
        }
        return written.count
    }

    /// What is said of duplicates names a line of the catalog, which is another one tomorrow.
    private static func lasting(_ error: String, _ verdict: Verdict) -> String {
        guard verdict == .duplicate, let subject = error.firstRange(of: ": ") else { return error }
        return error[..<subject.upperBound] + "*"
    }

    private func line(_ pair: RowToFix.Pair) -> String {
        var members: [(name: String, value: String)] = []
        if let key = pair.key { members.append(("key", key.text)) }
        if !pair.segment.isEmpty { members.append(("segment", pair.segment.text)) }
        if let error = pair.error { members.append(("problem", Self.lasting(error, pair.verdict))) }
        let named = members.map { "\($0.name): \(JSONValue.string($0.value).bytes.text)" }
        return "- {\((named + ["until: \(until)"]).joined(separator: ", "))}\n"
    }
}
