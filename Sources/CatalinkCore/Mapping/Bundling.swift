import CatalinkHash

/// How neighbouring rows that share a key become one link with all of their products.
package struct Bundling: Sendable {
    package enum Amount: String, Sendable, CaseIterable {
        /// Every row says the price of the whole.
        case same
        /// Every row says the price of its part.
        case sum
    }

    package var amount: Amount
    package var place: JobPlace

    package init(amount: Amount, place: JobPlace) {
        self.amount = amount
        self.place = place
    }
}

/// Holds back the rows of one key until the next one begins.
struct BundleJoiner {
    private static let mostRows = 10_000

    private let bundling: Bundling
    private var bundles: [Bundle] = []

    init(_ bundling: Bundling) {
        self.bundling = bundling
    }

    /// - Returns: the pairs that no later row can add to.
    mutating func add(_ pair: MappedPair) -> [MappedPair] {
        switch pair {
        case .filtered, .merged, .invalid(item: nil, _, _): return [pair]
        case .invalid(let item?, let location, let problems):
            return add(item, location) { bundle in
                bundle.problems.append((location, problems))
                bundle.request = nil
            }
        case .request(let planned):
            guard let request = planned.request else { preconditionFailure("bundles are made of requests") }
            let bundling = self.bundling
            return add(planned.item, planned.location) { bundle in
                if bundle.others.isEmpty {
                    bundle.request = request
                } else {
                    bundle.take(request, planned.location, bundling)
                }
            }
        }
    }

    /// The pairs of the last key.
    mutating func finish() -> [MappedPair] {
        let finished = bundles.flatMap { pairs(of: $0) }
        bundles = []
        return finished
    }

    private mutating func add(
        _ item: ItemKey, _ location: Location, _ change: (inout Bundle) -> Void
    ) -> [MappedPair] {
        let finished = bundles.first.map { $0.item.key != item.key } ?? false ? finish() : []
        if let index = bundles.firstIndex(where: { $0.item == item }) {
            bundles[index].others.append(location)
            change(&bundles[index])
        } else {
            var bundle = Bundle(item: item, location: location)
            change(&bundle)
            bundles.append(bundle)
        }
        return finished
    }

    private mutating func pairs(of bundle: Bundle) -> [MappedPair] {
        if let request = bundle.request, bundle.others.count < Self.mostRows {
            let canonical = request.canonicalBytes()
            let fingerprint = SHA256.digest(of: request.fingerprintBytes(canonical))
            let planned = PlannedPair(
                item: bundle.item, location: bundle.location, fingerprint: fingerprint, slug: request.url,
                canonical: canonical, amount: request.amount, currency: request.currency,
                expiresRelatively: request.relativeExpiration != nil)
            return [.request(planned)] + bundle.others.map { .merged(item: bundle.item, location: $0) }
        }
        return ([bundle.location] + bundle.others).map { location in
            let own = bundle.problems.first { $0.location == location }?.problems
            return .invalid(
                item: bundle.item, location: location, problems: own ?? [spoilt(bundle, location)])
        }
    }

    private func spoilt(_ bundle: Bundle, _ location: Location) -> Problem {
        let got: String
        if let first = bundle.problems.first {
            got = "a problem at \(first.location.file):\(first.location.line)"
        } else {
            got = "\(bundle.others.count + 1) rows of one key; at most \(Self.mostRows) make a bundle"
        }
        return Problem(
            subject: "bundle", location: location, rule: bundling.place,
            expected: "a bundle whose rows are all right", got: got)
    }
}

/// The rows of one key so far.
private struct Bundle {
    var item: ItemKey
    var location: Location
    /// The request of the rows so far; `nil` once one of them was wrong.
    var request: LinkRequest?
    /// What is wrong with each row that is.
    var problems: [(location: Location, problems: [Problem])] = []
    /// The rows after the first.
    var others: [Location] = []
}

extension Bundle {
    /// Adds another row's products, where all else is as in the rows before.
    fileprivate mutating func take(_ other: LinkRequest, _ location: Location, _ bundling: Bundling) {
        guard var whole = request else { return }
        if bundling.amount == .sum, let amount = whole.amount, let part = other.amount {
            guard let sum = amount.adding(part) else { return spoil(location, tooLong(location, bundling)) }
            whole.amount = sum
        } else if bundling.amount == .sum {
            whole.amount = whole.amount ?? other.amount
        }
        var (first, second) = (whole, other)
        (first.products, second.products) = ([], [])
        if bundling.amount == .sum { (first.amount, second.amount) = (nil, nil) }
        guard first == second else {
            return spoil(location, difference(first, second, location, bundling))
        }
        for product in other.products {
            if let index = whole.products.firstIndex(where: { $0.productID == product.productID }) {
                whole.products[index].quantity += product.quantity
            } else {
                whole.products.append(product)
            }
        }
        request = whole
    }

    private mutating func spoil(_ location: Location, _ problem: Problem) {
        problems.append((location, [problem]))
        request = nil
    }

    private func tooLong(_ location: Location, _ bundling: Bundling) -> Problem {
        Problem(
            subject: "bundle", location: location, rule: bundling.place,
            expected: "a sum of at most 38 digits", got: "a longer one")
    }

    private func difference(
        _ first: LinkRequest, _ second: LinkRequest, _ location: Location, _ bundling: Bundling
    ) -> Problem {
        var fields: [String] = []
        if let old = try? JSONValue(parsing: first.canonicalBytes()),
            let new = try? JSONValue(parsing: second.canonicalBytes())
        {
            fields = LinkContent.differences(of: old, from: new)
        }
        let field = fields.first ?? "contents"
        return Problem(
            subject: "bundle", location: location, rule: bundling.place,
            expected: "the same \(field) in all rows of a bundle",
            got: "another than at \(self.location.file):\(self.location.line)",
            hint: field == "amount" ? "`bundle: {amount: sum}` adds the rows' prices up" : nil)
    }
}
