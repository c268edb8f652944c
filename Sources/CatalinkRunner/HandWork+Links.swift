package import CatalinkCore
import CatalinkDispatch
import CatalinkLedger

/// What looking at every link of the account comes to.
package struct LinkReport: Sendable {
    /// Counts by what was found, in the order in which they are told.
    package var counts: [(name: String, count: Int)] = []
    /// The first of what a person should look at.
    package var findings: [String] = []
    /// Whether a person should.
    package var needsPerson = false
    package var requests = 0

    private static let mostFindings = 100

    mutating func count(_ name: String) {
        if let index = counts.firstIndex(where: { $0.name == name }) {
            counts[index].count += 1
        } else {
            counts.append((name, 1))
        }
    }

    mutating func note(_ finding: String) {
        needsPerson = true
        if findings.count < Self.mostFindings { findings.append(finding) }
    }

    package var json: JSONValue {
        .object([
            ("counts", .object(counts.map { ($0.name, .integer($0.count)) })),
            ("findings", .array(findings.map(JSONValue.string))), ("requests", .integer(requests)),
        ])
    }
}

/// Verbs that walk over the account's whole list of links.
extension HandWork {
    /// Every link of the account against the ledger.
    package func verify() async throws -> LinkReport {
        let ledger = try directory.openLedger(of: job)
        var report = LinkReport()
        var seen: Set<String> = []
        try await readList(&report) { link, report in
            seen.insert(link.id)
            try await verify(link, ledger, &report)
        }
        for missing in try await ledger.unseen(seen) {
            report.count("gone")
            report.note(
                "item \(missing.item.shown): expected its link \(missing.id.shown()) in the list, got: none")
        }
        return report
    }

    private func verify(_ link: ListedLink, _ ledger: SQLiteLedger, _ report: inout LinkReport) async throws {
        let name = "link \(link.id.shown())"
        switch try await ledger.verify(link) {
        case .foreign: report.count("foreign")
        case .pending: report.count("unknown")
        case .unknown:
            report.count("orphaned")
            report.note(
                "\(name): expected the ledger to know it by its marker, got: no item (`catalink ledger recover` takes it in)"
            )
        case .retired:
            report.count("retired")
            if link.isLive(at: environment.clock.now()) {
                report.note("\(name): expected a retired link, got: one that sells")
            }
        case .edited(let members):
            report.count("edited")
            report.note(
                "\(name): expected what the ledger has, got: other \(members.joined(separator: ", "))")
        case .same where !link.isLive(at: environment.clock.now()):
            report.count("expired")
            report.note(
                "\(name): expected a link that sells, got: \(link.json["status"]?.string?.shown() ?? "expired")"
            )
        case .same: report.count("same")
        }
    }

    /// Finds the links that this job has made, by their markers, and writes those into the ledger that it does not
    /// know: after the ledger was lost, or an old copy of it was put back.
    package func recover() async throws -> LinkReport {
        try await takeIn(
            wanted: { [job = job.identity.jobDigest] link in
                link.marker.map { $0.job == job ? $0.item : nil } ?? nil
            }, key: \.item.markerDigest, mayBegin: true)
    }

    /// Takes over links that were made before Catalink, by their slugs.
    package func adopt() async throws -> LinkReport {
        try await takeIn(
            wanted: { link in
                link.marker == nil && link.isLive(at: environment.clock.now()) ? link.slugs.last : nil
            }, key: \.slug.text, mayBegin: environment.mayBeginLedger || !job.isLive)
    }

    /// - Parameters:
    ///   - wanted: by what a link is found among the rows; `nil` for one that is left alone.
    ///   - key: the same of a row.
    private func takeIn(
        wanted: (ListedLink) -> String?, key: @escaping @Sendable (PlannedPair) -> String, mayBegin: Bool
    ) async throws -> LinkReport {
        try await withLedger(mayBegin: mayBegin) { ledger in
            var report = LinkReport()
            var links: [String: [ListedLink]] = [:]
            try await readList(&report) { link, report in
                guard let name = wanted(link) else { return report.count("others") }
                if case .same = try await ledger.verify(link) { return report.count("known") }
                links[name, default: []].append(link)
            }
            let stage = try await match(links, key)
            try await record(in: ledger) { run in
                for found in stage.found { try await takeIn(found, run, ledger, &report) }
                for (name, left) in links where !stage.names.contains(name) {
                    for link in left { try await leave(link, ledger, &report) }
                }
            }
            return report
        }
    }

    /// Today's rows that links belong to.
    private func match(
        _ links: [String: [ListedLink]], _ key: @escaping @Sendable (PlannedPair) -> String
    ) async throws -> LinkMatches {
        let files = try await SourceFiles.open(job.source, environment.stop)
        let pass = PlanPass(job, files, now: environment.clock.now()) { [stop = environment.stop] in
            stop.reason
        }
        return try await onOwnThread {
            let stage = LinkMatcher(links, key)
            _ = try pass.run(into: stage)
            return stage.matches
        }
    }

    private func takeIn(
        _ found: FoundLink, _ run: String, _ ledger: SQLiteLedger, _ report: inout LinkReport
    ) async throws {
        let fate = try await ledger.takeIn(
            found, by: environment.person, run: run, at: environment.clock.now())
        let name = "item \(found.item.shown): link \(found.link.id.shown())"
        switch fate {
        case .taken: report.count("taken in")
        case .known: report.count("known")
        case .double:
            report.count("double")
            report.note(
                "\(name): expected one link of a row, got: a second one; it sells as well (retire it by hand)"
            )
            // Known from now on, so that runs go on.
            if let marker = found.marker {
                try await ledger.noteOrphan(found.link, marker, at: environment.clock.now())
            }
        case .unsettled:
            report.count("left")
            report.note("\(name): expected an item without a link, got: one that has or may have its own")
        }
    }

    private func leave(_ link: ListedLink, _ ledger: SQLiteLedger, _ report: inout LinkReport) async throws {
        guard let marker = link.marker else { return report.count("without a row") }
        report.count("without a row")
        try await ledger.noteOrphan(link, marker, at: environment.clock.now())
    }

    private func readList(
        _ report: inout LinkReport, _ visit: (ListedLink, inout LinkReport) async throws -> Void
    ) async throws {
        var requests = 0
        var visited = report
        // Links that are made meanwhile move the others back, so that a walk meets some again.
        var seen: Set<String> = []
        let ending = try await withWire { wire in
            try await ListReader(wire, retry).read(count: { requests += 1 }) { page in
                for link in page where seen.insert(link.id).inserted { try await visit(link, &visited) }
            }
        }
        report = visited
        report.requests += requests
        switch ending {
        case .whole: return
        case .broken(let reason):
            throw RunFailure(.configuration, "list of links: expected to read all of it, got: \(reason)")
        case .unfinished(let reason):
            throw RunFailure(.unreachable, "list of links: expected to read all of it, got: \(reason)")
        }
    }
}

/// Rows that links were found for.
private struct LinkMatches: Sendable {
    var found: [FoundLink] = []
    var names: Set<String> = []
}

/// Takes a plan's pairs and keeps only those that a link belongs to.
private final class LinkMatcher: PlanStage {
    private let links: [String: [ListedLink]]
    private let key: (PlannedPair) -> String
    private(set) var matches = LinkMatches()

    init(_ links: [String: [ListedLink]], _ key: @escaping (PlannedPair) -> String) {
        self.links = links
        self.key = key
    }

    func add(_ pairs: [MappedPair]) throws {
        for case .request(let pair) in pairs {
            let name = key(pair)
            guard let found = links[name], matches.names.insert(name).inserted else { continue }
            let generations = found.map { (link: $0, generation: $0.marker?.generation ?? 1) }
            for (link, _) in generations.sorted(by: { $0.generation < $1.generation }) {
                matches.found.append(FoundLink(link, link.marker, pair))
            }
        }
    }

    func finish() throws -> PlanTotals { PlanTotals() }
}
