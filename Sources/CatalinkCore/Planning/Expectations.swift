/// What a catalog and a run are compared with: how the job's last runs went. A night that is unlike the others is told,
/// or not sent at all.
package struct Expectations: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        /// No row at all, or far fewer than in the last runs.
        case empty, fewer
        /// The file of an earlier day once more, or one that is older than the last.
        case same, older
        /// A run that takes much longer or shorter than the last ones.
        case time
    }

    package enum Response: String, Sendable, CaseIterable {
        case warn, refuse, ignore
    }

    /// The fewest rows that are not far fewer.
    package enum Rows: Sendable, Equatable {
        case count(Int)
        /// Of what the last runs had.
        case share(Brakes.Share)

        /// `80%`, `1000`
        package init?(written text: String) {
            if let share = Brakes.Share(written: text) {
                self = .share(share)
            } else if let count = Int(text), (1...1_000_000_000).contains(count) {
                self = .count(count)
            } else {
                return nil
            }
        }
    }

    /// Something that is not as it was.
    package struct Finding: Sendable, Equatable {
        package var cause: Cause
        package var message: String
        /// Whether nothing is to be sent because of it.
        package var isRefused: Bool
    }

    /// `warn` where nothing is said.
    package var responses: [Cause: Response] = [:]
    package var rows = Rows.share(Brakes.Share(permille: 500))

    /// How many of the last runs say what is usual.
    package static let mostRuns = 7
    /// A file that is read twice a day is not yet an old one.
    package static let freshFor = Duration.seconds(12 * 3600)
    /// Fewer runs say nothing of how long one takes; nor do differences of seconds.
    private static let fewestTimes = 3
    private static let factor = 4
    private static let smallestDifference = Duration.seconds(60)

    package init() {}

    private func finding(_ cause: Cause, _ message: @autoclosure () -> String) -> Finding? {
        let response = responses[cause] ?? .warn
        guard response != .ignore else { return nil }
        return Finding(cause: cause, message: message(), isRefused: response == .refuse)
    }
}

// MARK: Before anything is sent

extension Expectations {
    /// What is unusual about a catalog that has been read whole.
    ///
    /// - Parameters:
    ///   - name: how messages call it.
    ///   - sending: how long the plan's requests take.
    package func findings(
        _ name: String, _ catalog: CatalogStamp, sending: Duration, _ history: RunHistory, now: Timestamp
    ) -> [Finding] {
        [
            rowFinding(name, catalog.rows, history), fileFinding(name, catalog, history, now),
            planFinding(sending, history),
        ].compactMap(\.self)
    }

    private func rowFinding(_ name: String, _ count: Int, _ history: RunHistory) -> Finding? {
        let usual = history.rows.median
        let before =
            usual.map { "; \($0.grouped) in the last run\(history.rows.count == 1 ? "" : "s")" } ?? ""
        guard count > 0 else {
            return finding(.empty, "\(name): expected rows, got: none (expect.empty\(before))")
        }
        switch rows {
        case .count(let least) where count < least:
            return finding(
                .fewer,
                "\(name): expected at least \(least.grouped) rows, got: \(count.grouped) (expect.rows\(before))"
            )
        case .share(let share):
            // Tenths of a percent, without a fraction that could be lost.
            guard let usual, count * 1000 < usual * share.permille else { return nil }
            let runs = history.rows.count == 1 ? "the last run" : "the last \(history.rows.count) runs"
            return finding(
                .fewer,
                "\(name): expected at least \(share.text) of the \(usual.grouped) rows of \(runs), got: "
                    + "\(count.grouped) (expect.rows)")
        case .count: return nil
        }
    }

    private func fileFinding(
        _ name: String, _ catalog: CatalogStamp, _ history: RunHistory, _ now: Timestamp
    ) -> Finding? {
        guard let modified = catalog.modified, let last = history.last, let before = last.modified else {
            return nil
        }
        let times = (CivilTime(before).iso8601, CivilTime(modified).iso8601)
        if modified < before {
            return finding(
                .older,
                "\(name): expected a file that is not older than the last run's, of \(times.0), got: one of "
                    + "\(times.1) (expect.older)")
        }
        guard catalog.isSameFile(as: last), let since = history.sameSince,
            now.since(since) >= Self.freshFor
        else { return nil }
        return finding(
            .same,
            "\(name): expected a newer file than the run of \(CivilTime(since).iso8601) read, got: the same, of "
                + "\(times.1) (expect.same)")
    }

    /// Only what is refused is told beforehand: in the end it is known how long it took.
    private func planFinding(_ sending: Duration, _ history: RunHistory) -> Finding? {
        guard responses[.time] == .refuse, let usual = usualTime(history), Self.isFar(sending, beyond: usual)
        else { return nil }
        return finding(
            .time,
            "time: expected about \(usual.rounded) of sending, as in the last \(history.times.count) runs, got: "
                + "a plan of \(sending.rounded) (expect.time)")
    }
}

// MARK: When all is over

extension Expectations {
    /// What is unusual about how long a run took.
    package func finding(took: Duration, _ history: RunHistory) -> Finding? {
        guard let usual = usualTime(history),
            Self.isFar(took, beyond: usual) || Self.isFar(usual, beyond: took)
        else { return nil }
        return finding(
            .time,
            "time: expected about \(usual.rounded), as in the last \(history.times.count) runs, got: "
                + "\(took.rounded) (expect.time)")
    }

    private func usualTime(_ history: RunHistory) -> Duration? {
        history.times.count < Self.fewestTimes ? nil : history.times.median
    }

    private static func isFar(_ time: Duration, beyond other: Duration) -> Bool {
        time >= other * factor && time - other >= smallestDifference
    }
}

/// What tells one night's catalog from another's.
package struct CatalogStamp: Sendable, Equatable {
    package var rows: Int
    package var files: Int
    package var bytes: Int64
    /// Of the newest file, to the millisecond; `nil` where one has no time, as standard input.
    package var modified: Timestamp?

    package init(rows: Int, files: Int, bytes: Int64, modified: Timestamp?) {
        (self.rows, self.files, self.bytes, self.modified) = (rows, files, bytes, modified)
    }

    package func isSameFile(as other: CatalogStamp) -> Bool {
        modified != nil && (files, bytes, modified) == (other.files, other.bytes, other.modified)
    }
}

/// How a job's last runs over the whole catalog went.
package struct RunHistory: Sendable, Equatable {
    /// What the last plan that was let through had read.
    package var last: CatalogStamp?
    /// When that run began.
    package var lastBegan: Timestamp?
    /// When the first of the runs in a row that went through with the same files began.
    package var sameSince: Timestamp?
    /// Of the last plans that were let through.
    package var rows: [Int] = []
    /// Of the last runs that went through.
    package var times: [Duration] = []

    package init() {}
}

extension Array where Element: Comparable {
    /// The lower one of two in the middle.
    var median: Element? {
        isEmpty ? nil : sorted()[(count - 1) / 2]
    }
}
