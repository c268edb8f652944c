package import CatalinkCore
import CatalinkLedger
import Foundation

/// The report of a run as an HTML page, streamed to its file: in memory that does not grow with the items.
package struct RunReport: Sendable {
    /// Where a report lies.
    package struct Place: Sendable {
        package var path: String
        package var run: String
        /// Why the page was made anew; `nil` for one that was there.
        package var news: String?
    }

    static let name = "report.html"
    private static let bufferSize = 64 * 1024

    private let job: Job
    private let ledger: SQLiteLedger
    private let directory: StateDirectory

    init(_ job: Job, _ ledger: SQLiteLedger, _ directory: StateDirectory) {
        self.job = job
        self.ledger = ledger
        self.directory = directory
    }

    /// Writes the page whole or not at all.
    ///
    /// - Parameter summary: the document of `summary.json`.
    func write(to path: String, run: String, summary: JSONValue, madeAt now: Timestamp) throws {
        guard let recorded = try ledger.recordedRun(run) else { throw RunFailure(.usage, Self.unknown(run)) }
        var page = RunPage(
            job: job.name, jobFile: job.file, target: job.identity.origin, run: run,
            startedAt: recorded.startedAt, endedAt: recorded.endedAt ?? now, madeAt: now, summary: summary)
        page.attempts = try ledger.timeline(of: run)
        page.troubles = try ledger.troubles(of: run)
        page.moves = try ledger.movesMade(by: run)
        page.payments = try Self.payments(job, ledger, directory)
        (page.rows, page.others) = try ledger.pageItems(of: run)
        do {
            try WholeFile.write(to: path) { try write(page, to: $0) }
        } catch {
            try? FileManager.default.removeItem(atPath: path + ".new")
            throw error
        }
    }

    private func write(_ page: RunPage, to file: FileHandle) throws {
        var buffer = page.head
        var writer = PageItemWriter()
        try ledger.forEachPageItem(
            of: page.run, mostRows: RunPage.mostItems, withOthers: page.hasOthers
        ) { item in
            writer.append(item, to: &buffer)
            guard buffer.count >= Self.bufferSize else { return }
            try file.write(contentsOf: Data(buffer))
            buffer.removeAll(keepingCapacity: true)
        }
        try file.write(contentsOf: Data(buffer + page.tail))
    }

    private static func unknown(_ run: String) -> String {
        "--run: expected a run of this job, got: \(run.quoted) (`catalink status` names the last ones)"
    }

    // MARK: Finding

    /// Finds the page of a run, and makes it where it is missing or, of the newest run, behind the ledger.
    ///
    /// - Parameters:
    ///   - run: `nil` for the newest one that has closed its books.
    ///   - out: where it is written in any case; `nil` for its own place.
    /// - Throws: `RunFailure` where there is no ledger, or no such run with books.
    package static func find(
        _ job: Job, run: String?, out: String?, variables: [String: String], now: Timestamp
    ) async throws -> Place {
        let directory = try StateDirectory(of: job, environment: variables)
        let ledger = try directory.openLedger(of: job)
        return try await onOwnThread {
            let recorded = try self.recorded(run, ledger, directory)
            let folder = directory.runDirectory(recorded.id)
            let path = out ?? folder + "/" + name
            var news = "the report is made anew"
            if out == nil, let made = try stamp(path)?.modifiedAt {
                // The page of an older run stays as it was when that ended.
                let isNewest = run == nil
                // The last payments may lie beside their file, in one that is empty where there are none.
                let isPaid = try [directory.conversions, directory.conversions + "-wal"].contains {
                    try stamp($0).map { $0.bytes > 0 && ($0.modifiedAt ?? made) > made } ?? false
                }
                if try isNewest && ledger.hasMoved(since: made, beside: recorded.id) {
                    news += ", as the ledger has changed since"
                } else if isNewest, isPaid {
                    news += ", as payments were recorded since"
                } else {
                    return Place(path: path, run: recorded.id, news: nil)
                }
            }
            let summary = try self.summary(recorded, folder)
            if out == nil { try StateDirectory.make(folder) }
            try RunReport(job, ledger, directory).write(
                to: path, run: recorded.id, summary: summary, madeAt: now)
            return Place(path: path, run: recorded.id, news: news)
        }
    }

    /// - Returns: `nil` where there is no such file.
    private static func stamp(_ path: String) throws -> SourceStamp? {
        FileManager.default.fileExists(atPath: path) ? try SourceStamp(path) : nil
    }

    private static func recorded(
        _ run: String?, _ ledger: SQLiteLedger, _ directory: StateDirectory
    ) throws -> RecordedRun {
        if let recorded = try ledger.recordedRun(run) { return recorded }
        if let run { throw RunFailure(.usage, unknown(run)) }
        throw RunFailure(
            .configuration,
            "\(directory.ledger): expected a run that has closed its books, got: none (has `catalink run` ended?)"
        )
    }

    /// The file has what the ledger's copy has, and what became of the fix file.
    private static func summary(_ run: RecordedRun, _ folder: String) throws -> JSONValue {
        let file = FileManager.default.contents(atPath: folder + "/summary.json").map { Array($0) }
        for bytes in [file, run.summary.map { Array($0.utf8) }] {
            guard let bytes, let document = try? JSONValue(parsing: bytes), document["books"] != nil else {
                continue
            }
            return document
        }
        throw RunFailure(
            .configuration,
            "run \(run.id): expected books, got: "
                + (run.summary.map { $0.shown() } ?? "a run that did not end"))
    }
}
