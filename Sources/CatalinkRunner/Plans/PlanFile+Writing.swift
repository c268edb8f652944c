import CatalinkCore
import CatalinkHash
import CatalinkLedger
import Foundation

extension StagedPlan {
    /// Writes it for `run --plan`: whole or not at all, for its owner alone.
    package func write(to path: String) async throws {
        guard let digest = report.totals.digest else { preconditionFailure("a staged plan has a digest") }
        let header = self.header(digest)
        try await onOwnThread { [ledger] in
            try WholeFile.write(to: path) { file in
                var lines = HashedLines { try file.write(contentsOf: $0) }
                try lines.add(header)
                // Held back by one, because the last item has no comma behind it.
                var last: [UInt8]?
                var count = 0
                try ledger.forEachStaged { item in
                    if let last { try lines.add(last + [UInt8(ascii: ",")]) }
                    last = item.json.bytes
                    count += 1
                }
                if let last { try lines.add(last) }
                try lines.end(count)
            }
        }
    }

    /// What it belongs to and comes to, as the first line.
    private func header(_ digest: Digest) -> [UInt8] {
        let identity = job.identity
        let header = JSONValue.object([
            ("plan", .string(name)), ("version", .integer(PlanFile.version)), ("job", .string(identity.job)),
            ("account", .string(identity.account)), ("origin", .string(identity.origin)),
            ("madeAt", .string(CivilTime(report.madeAt).iso8601)), ("digest", .string(digest.hexadecimal)),
            ("totals", report.fileTotals),
        ])
        return header.bytes.dropLast() + PlanFile.opening
    }
}

/// Lines on their way to a file, and a digest of them.
private struct HashedLines: ~Copyable {
    private var buffer: LineBuffer
    private var hasher = SHA256()

    init(_ write: @escaping (Data) throws -> Void) {
        buffer = LineBuffer(write)
    }

    mutating func add(_ line: [UInt8]) throws {
        hasher.update(line)
        hasher.update([UInt8(ascii: "\n")])
        try buffer.add(line)
    }

    /// The last line, which is not part of the digest that it has.
    mutating func end(_ count: Int) throws {
        try buffer.add(Array(#"],"count":\#(count),"sha256":"\#(hasher.finish().hexadecimal)"}"#.utf8))
        try buffer.flush()
    }
}

extension StagedItem {
    fileprivate var json: JSONValue {
        .object([
            ("key", .string(item.key.text)), ("segment", .string(item.segment.text)),
            ("action", .string(action.rawValue)),
            ("generation", generation.map(JSONValue.integer) ?? .null),
            ("fingerprint", .string(fingerprint.hexadecimal)),
            ("amount", .optional(price.amount?.plain)), ("currency", .string(price.currency)),
            ("slug", .string(slug.text)), ("file", .string(location.file)), ("line", .integer(location.line)),
        ])
    }

    /// `nil` for anything that `json` has not made.
    init?(_ value: JSONValue) {
        guard let key = value["key"]?.string, let segment = value["segment"]?.string,
            let action = (value["action"]?.string).flatMap(PlanAction.init),
            let fingerprint = value["fingerprint"]?.digest, let slug = value["slug"]?.string,
            let currency = value["currency"]?.string, let file = value["file"]?.string,
            let line = value["line"]?.integer
        else { return nil }
        self.init(
            item: ItemKey(key: Array(key.utf8), segment: Array(segment.utf8)), action: action,
            generation: value["generation"]?.integer, fingerprint: fingerprint,
            price: PriceMove.Price(
                amount: (value["amount"]?.string).flatMap { FixedDecimal($0) }, currency: currency),
            slug: Array(slug.utf8), location: Location(file: file, line: line, record: 0))
    }
}

extension JSONValue {
    /// 64 hexadecimal digits.
    var digest: Digest? {
        guard let digits = string.map({ Array($0.utf8) }), digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(digits[index...(index + 1)].map { $0 }.text, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return Digest(bytes: bytes)
    }
}
