import CatalinkCore
import CatalinkLedger
package import Foundation

/// A plan that is whole, with each of its items at hand.
package struct StagedPlan: Sendable {
    package let report: PlanReport
    let job: Job
    let ledger: SQLiteLedger
    /// What the ledger remembers its file by.
    let name: String

    init(_ job: Job, _ report: PlanReport, _ ledger: SQLiteLedger, _ name: String) {
        self.job = job
        self.report = report
        self.ledger = ledger
        self.name = name
    }

    /// The lowest and the highest amounts that it would send, by currency.
    package func prices() async throws -> [PlanPrices] {
        let currencies = report.totals.money.keys.sorted()
        return try await onOwnThread { [ledger] in
            try currencies.map { currency in
                let (lowest, highest) = try (
                    ledger.extremePrices(PlanPrices.most, in: currency, highest: false),
                    ledger.extremePrices(PlanPrices.most, in: currency, highest: true)
                )
                return PlanPrices(
                    currency: currency, lowest: lowest.map { .init($0) }, highest: highest.map { .init($0) })
            }
        }
    }

    /// Gives a line for each item that it makes new, changes or misses, as text or as JSON.
    package func writeChanges(
        asJSON: Bool, _ write: @escaping @Sendable (Data) throws -> Void
    ) async throws {
        try await onOwnThread { [ledger] in
            var lines = LineBuffer(write)
            try ledger.forEachChange { change in
                try lines.add(asJSON ? change.json.bytes : Array(change.text.utf8))
            }
            try lines.flush()
        }
    }
}

/// The amounts of a plan that a person should look at first.
package struct PlanPrices: Sendable {
    static let most = 10

    package struct Price: Sendable {
        var item: ItemKey
        var amount: FixedDecimal
        var location: Location

        init(_ staged: StagedItem) {
            (item, location) = (staged.item, staged.location)
            amount = staged.price.amount ?? .zero
        }

        /// `"SKU-1" 129.00 (c.csv:2)`
        var text: String { "\(item.shown) \(amount.asMoney) (\(location.file):\(location.line))" }

        var json: JSONValue {
            .object([
                ("key", .string(item.key.text)), ("segment", .string(item.segment.text)),
                ("amount", .string(amount.plain)), ("file", .string(location.file)),
                ("line", .integer(location.line)),
            ])
        }
    }

    var currency: String
    var lowest: [Price]
    var highest: [Price]
}

/// Collects lines and hands them on in larger pieces.
struct LineBuffer {
    private let write: (Data) throws -> Void
    private var bytes: [UInt8] = []
    private static let size = 64 * 1024

    init(_ write: @escaping (Data) throws -> Void) {
        self.write = write
    }

    mutating func add(_ line: [UInt8]) throws {
        bytes.append(contentsOf: line)
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count >= Self.size { try flush() }
    }

    mutating func flush() throws {
        guard !bytes.isEmpty else { return }
        try write(Data(bytes))
        bytes.removeAll(keepingCapacity: true)
    }
}
