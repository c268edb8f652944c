import CatalinkCore
import CatalinkLedger
import Foundation

/// What links have sold, beside what the run did.
extension RunReport {
    private static let mostLinks = 10

    /// - Returns: `nil` where no payment was ever recorded.
    static func payments(_ job: Job, _ ledger: SQLiteLedger, _ directory: StateDirectory) throws
        -> PaymentFigures?
    {
        guard let store = try directory.openConversions(of: job) else { return nil }
        let book = ConversionBook(ledger, store)
        var days: [(day: Timestamp, revenue: Revenue)] = []
        try store.forEachDay(.init()) { days.append(($0, $1)) }
        guard !days.isEmpty else { return nil }
        let campaigns = try book.groups(by: .campaign, link: nil, since: nil)
            .filter { !$0.revenue.isEmpty }
            .sorted { ($1.conversions, $0.name ?? "") < ($0.conversions, $1.name ?? "") }
            .map { PaymentFigures.Campaign(name: $0.name ?? "", links: $0.links, revenue: $0.revenue) }
        let top = try book.top(by: .revenue, limit: mostLinks, since: nil).map { line in
            PaymentFigures.Link(title: line.link?.title ?? Analytics.lost, id: line.id, revenue: line.revenue)
        }
        return PaymentFigures(days: days, campaigns: campaigns, top: top)
    }
}
