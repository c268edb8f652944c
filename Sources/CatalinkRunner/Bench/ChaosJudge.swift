import CatalinkCore

/// Says of a round that has ended whether every promise was kept, by the sandbox's list of links.
struct ChaosJudge {
    let plan: ChaosPlan
    let runs: [ChaosRun]
    let links: [ChaosLink]
    let results: [ChaosResult]
    /// Answers of 409 that the server counted.
    let conflicts: Int
    /// How far the server's clock is ahead.
    let skew: Duration

    /// How many examples of one kind are told.
    private static let mostExamples = 3
    /// Clocks and a busy machine may put a link's making later than the end of the run that asked for it.
    private static let slack: Duration = .milliseconds(250)

    func findings() -> [ChaosFinding] {
        twoLiveLinks() + linksWithoutLedger() + rowsWithoutLink() + contentsNobodyWanted()
            + keysInFlightTwice()
    }

    private func findings(_ check: String, _ texts: [String]) -> [ChaosFinding] {
        var findings = texts.prefix(Self.mostExamples).map { ChaosFinding(check: check, text: $0) }
        if texts.count > Self.mostExamples {
            findings.append(ChaosFinding(check: check, text: "and \(texts.count - Self.mostExamples) more"))
        }
        return findings
    }

    // MARK: (a)

    private func twoLiveLinks() -> [ChaosFinding] {
        let live = Dictionary(grouping: links.filter(\.isLive), by: \.item).filter { $0.value.count > 1 }
        return findings(
            "a",
            live.sorted { $0.key < $1.key }.map { item, links in
                "\(name(of: item)) has \(links.count) live links: "
                    + links.map { "\($0.id) at \($0.amount?.plain ?? "none")" }.joined(separator: ", ")
            })
    }

    // MARK: (b)

    private func linksWithoutLedger() -> [ChaosFinding] {
        let known = Set(results.compactMap(\.linkID))
        // Only the link of the latest generation is in the results; those before it are retired.
        let unknown = links.filter { !known.contains($0.id) && (plan.onChange != "replace" || $0.isLive) }
        return findings(
            "b",
            unknown.map { link in
                "\(link.id) of \(name(of: link.item)) is not in the ledger, which calls it "
                    + (results.first { ChaosRow.marker(of: $0.sku) == link.item }?.state ?? "nothing")
            })
    }

    // MARK: (c)

    private func rowsWithoutLink() -> [ChaosFinding] {
        let states = Dictionary(results.map { ($0.sku, $0) }) { first, _ in first }
        let live = Dictionary(grouping: links.filter(\.isLive), by: \.item)
        var texts: [String] = []
        for row in runs.last?.rows ?? [] where row.isValid && !isExcused(row.sku) {
            let own = live[ChaosRow.marker(of: row.sku)] ?? []
            let result = states[row.sku]
            if own.isEmpty {
                texts.append("\(row.sku) has no link; the ledger says \(told(result))")
            } else if result?.state != "created" {
                texts.append("\(row.sku) has a link; the ledger says \(told(result))")
            } else if ["replace", "update"].contains(plan.onChange), !own.contains(where: { $0.says(row) }) {
                texts.append("\(row.sku) was to be \(plan.onChange)d and sells at another price or title")
            }
        }
        return findings("c", texts)
    }

    private func told(_ result: ChaosResult?) -> String {
        guard let result else { return "nothing" }
        return result.state + (result.error.map { ": \($0.shown())" } ?? "")
    }

    /// An item of which nobody can know whether it was made: no link, and a key whose answer is fixed.
    func isExcused(_ sku: String) -> Bool {
        guard plan.excuse != nil, results.first(where: { $0.sku == sku })?.state == "unknown" else {
            return false
        }
        let marker = ChaosRow.marker(of: sku)
        return !links.contains { $0.item == marker }
    }

    /// Items whose run is not over though it has been repeated.
    var unsettled: [String] {
        results.filter { $0.state == "unknown" || $0.state == "held" }.map(\.sku)
    }

    // MARK: (e)

    /// Each link must have been wanted by the catalog of a run that was on when it was made.
    private func contentsNobodyWanted() -> [ChaosFinding] {
        let skus = Dictionary(uniqueKeysWithValues: allSKUs.map { (ChaosRow.marker(of: $0), $0) })
        return findings(
            "e",
            links.compactMap { link in
                guard let sku = skus[link.item] else { return "\(link.id) belongs to no row: \(link.item)" }
                let moments = [link.createdAt, link.updatedAt].map { $0 - skew }
                guard !moments.contains(where: { wants(sku, link, at: $0) }) else { return nil }
                return "\(link.id) of \(sku) was made at \(link.amount?.plain ?? "none"), which no catalog "
                    + "wanted then"
            })
    }

    private func wants(_ sku: String, _ link: ChaosLink, at moment: Timestamp) -> Bool {
        let latest = Self.slack + .milliseconds(plan.latency.upperBound)
        return runs.contains { run in
            // A millisecond, because the server's times are cut to whole ones.
            moment >= run.start - .milliseconds(1) && moment <= run.end + latest
                && run.rows.contains { $0.sku == sku && link.says($0) }
        }
    }

    // MARK: (f)

    /// A server that answers a taken slug with something else counts as conflicts only keys used wrongly.
    private func keysInFlightTwice() -> [ChaosFinding] {
        guard !plan.behaviors.contains("duplicate-slug=409"), conflicts > 0 else { return [] }
        return [
            ChaosFinding(
                check: "f",
                text: "\(conflicts) requests with a key that was in flight already, or with other bytes")
        ]
    }

    // MARK: Names

    private var allSKUs: Set<String> { Set(runs.flatMap { $0.rows.map(\.sku) }) }

    private func name(of item: String) -> String {
        allSKUs.first { ChaosRow.marker(of: $0) == item } ?? item
    }
}
