package import CatalinkCore
import CatalinkHash

/// Pairs as stage 4 gives them, for what comes after it.
package enum Pairs {
    package static func request(
        _ key: String, segment: String = "", title: String = "Mug", slug: String? = nil,
        amount: String = "10.00",
        row: Int = 1
    ) -> MappedPair {
        .request(planned(key, segment: segment, title: title, slug: slug, amount: amount, row: row))
    }

    package static func planned(
        _ key: String, segment: String = "", title: String = "Mug", slug: String? = nil,
        amount: String = "10.00",
        row: Int = 1
    ) -> PlannedPair {
        var request = LinkRequest()
        request.title = Array(title.utf8)
        request.url = Array((slug ?? "link-\(key)\(segment)").utf8)
        request.amount = FixedDecimal(amount)
        let canonical = request.canonicalBytes()
        return PlannedPair(
            item: ItemKey(key: Array(key.utf8), segment: Array(segment.utf8)),
            location: Location(file: "catalog.csv", line: row + 1, record: row),
            fingerprint: SHA256.digest(of: canonical), slug: request.url, canonical: canonical,
            amount: request.amount, currency: .usdc)
    }

    package static func invalid(_ key: String?, row: Int) -> MappedPair {
        let location = Location(file: "catalog.csv", line: row + 1, record: row)
        let problem = Problem(
            subject: "title", location: location, rule: nil, expected: "text", got: "nothing")
        return .invalid(
            item: key.map { ItemKey(key: Array($0.utf8), segment: []) }, location: location,
            problems: [problem])
    }
}
