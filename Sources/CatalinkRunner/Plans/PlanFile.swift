import CatalinkCore
import CatalinkHash
import CatalinkLedger
import Foundation

/// A plan that `plan --out` has written, to be applied exactly as it is and once.
///
/// One JSON document with an item a line: the first line has what it belongs to, the last one a digest of all before.
struct PlanFile: Sendable {
    static let version = 1

    let path: String
    /// What the ledger remembers it by.
    let name: String
    let madeAt: Timestamp
    let digest: Digest
    /// Rows that were invalid.
    private let invalid: Int

    /// Reads the whole file and checks that it is as it was written, and for this job and ledger.
    static func checked(_ path: String, of job: Job) async throws -> PlanFile {
        try await onOwnThread { [identity = job.identity] in
            let file = try PlanFile(path, of: identity)
            try file.forEachItem { _ in }
            return file
        }
    }

    private init(_ path: String, of identity: Identity) throws {
        var lines = try LineFile(path)
        guard let first = try lines.next(), first.suffix(Self.opening.count) == Self.opening,
            let header = try? JSONValue(
                parsing: Array(first.dropLast(Self.opening.count)) + [UInt8(ascii: "}")]),
            let version = header["version"]?.integer, header["plan"] != nil
        else {
            throw Self.failure(path, "a plan that `catalink plan JOB --out FILE` has written", "another file")
        }
        guard version == Self.version else {
            throw Self.failure(
                path, "a plan of version \(Self.version)", "\(version)", "make it again with this catalink")
        }
        guard let name = header["plan"]?.string, let digest = header["digest"]?.digest,
            let madeAt = (header["madeAt"]?.string).flatMap({ TimeFormat.iso8601(Array($0.utf8)) }),
            let invalid = header["totals"]?["invalid"]?.integer
        else { throw Self.damage(path) }
        let owner = Identity(
            origin: header["origin"]?.string ?? "", account: header["account"]?.string ?? "",
            job: header["job"]?.string ?? "")
        guard owner == identity else {
            throw Self.failure(
                path, "a plan for \(identity.name)",
                "one for \(owner.name.shown(limit: 200))")
        }
        (self.path, self.name, self.digest) = (path, name, digest)
        (self.madeAt, self.invalid) = (madeAt, invalid)
    }

    // MARK: Reading

    /// - Throws: `RunFailure` where the file is not whole or not as it was written.
    func forEachItem(_ body: (StagedItem) throws -> Void) throws {
        var lines = try LineFile(path)
        var hasher = SHA256()
        var count = 0
        guard var line = try lines.next() else { throw Self.damage(path) }
        var isFirst = true
        while let next = try lines.next() {
            hasher.update(line)
            hasher.update([UInt8(ascii: "\n")])
            if !isFirst {
                let text = line.last == UInt8(ascii: ",") ? line.dropLast() : line[...]
                guard let item = (try? JSONValue(parsing: Array(text))).flatMap({ StagedItem($0) }) else {
                    throw Self.damage(path)
                }
                try body(item)
                count += 1
            }
            isFirst = false
            line = next
        }
        guard line.starts(with: "],".utf8),
            let end = try? JSONValue(parsing: Array("{".utf8) + line.dropFirst(2)),
            end["count"]?.integer == count, end["sha256"]?.digest == hasher.finish()
        else { throw Self.damage(path) }
    }

    /// - Throws: `RunFailure` where the ledger remembers that it was applied.
    func checkUnspent(_ ledger: SQLiteLedger) async throws {
        guard let applied = try await ledger.applied(name) else { return }
        throw RunFailure(
            .stopped,
            "\(path): expected a plan that was not applied before, got: one that run \(applied.run) has applied at "
                + "\(CivilTime(applied.at).iso8601), by \(applied.person) (nothing was sent; run without --plan goes on "
                + "with what is left)")
    }

    /// Which items have moved since it was made, in lines for people.
    func differences(from ledger: SQLiteLedger, _ totals: PlanTotals) throws -> [String] {
        let found = try ledger.compare { body in try forEachItem(body) }
        var lines = [
            "\(ReportText.grouped(found.onlyThen)) rows only in the plan, \(ReportText.grouped(found.onlyToday)) "
                + "only today, \(ReportText.grouped(found.different)) otherwise today"
        ]
        let today = totals.settled[.invalid] ?? 0
        if today != invalid { lines.append("\(invalid) invalid rows in the plan, \(today) today") }
        lines += found.differences.prefix(PlanComparison.mostDifferences).map(\.text)
        let rest = found.count - PlanComparison.mostDifferences
        if rest > 0 { lines.append("and \(ReportText.grouped(rest)) more") }
        return lines
    }

    static let opening = Array(#","items":["#.utf8)

    private static func damage(_ path: String) -> RunFailure {
        failure(
            path, "a plan as `catalink plan JOB --out FILE` wrote it", "one that was cut or edited",
            "make it again")
    }

    private static func failure(
        _ path: String, _ expected: String, _ got: String, _ hint: String? = nil
    ) -> RunFailure {
        RunFailure(
            .configuration, "\(path): expected \(expected), got: \(got)" + (hint.map { " (\($0))" } ?? ""))
    }
}

extension PlanComparison.Difference {
    /// `  "SKU-2" (c.csv:3): 12.50 → 13.00 usdc`
    fileprivate var text: String {
        guard let item = today ?? then else { return "" }
        let place = "  \(item.item.shown) (\(item.location.file):\(item.location.line)): "
        guard let then else { return place + "only today: \(item.brief)" }
        guard let today else { return place + "only in the plan: \(item.brief)" }
        if let move = PriceMove(from: then.price, to: today.price) { return place + move.text }
        guard then.action == today.action else {
            return place + "\(then.action.rawValue) in the plan, \(today.action.rawValue) today"
        }
        return place + "other contents"
    }
}

extension StagedItem {
    /// `create 12.50 usdc`
    fileprivate var brief: String {
        action.rawValue + (price.amount.map { " \($0.asMoney) \(price.currency)" } ?? "")
    }
}
