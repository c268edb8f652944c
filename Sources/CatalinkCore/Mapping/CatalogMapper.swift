package import CatalinkHash

/// A row and segment whose request has passed every check.
package struct PlannedPair: Sendable {
    package var item: ItemKey
    package var location: Location
    package var fingerprint: Digest
    package var slug: [UInt8]
    /// `LinkRequest.canonicalBytes`, without Catalink's marker.
    package var canonical: [UInt8]
    package var amount: FixedDecimal?
    package var currency: Currency
    /// What is to be told of it though it is sent.
    package var warnings: [Problem] = []
    /// Whether its expiry counts from the run, and so says nothing of a link that was made by another.
    package var expiresRelatively: Bool
    /// The request itself, where other rows may add to it.
    var request: LinkRequest?

    package init(
        item: ItemKey, location: Location, fingerprint: Digest, slug: [UInt8], canonical: [UInt8],
        amount: FixedDecimal?, currency: Currency, expiresRelatively: Bool = false
    ) {
        self.item = item
        self.location = location
        self.fingerprint = fingerprint
        self.slug = slug
        self.canonical = canonical
        self.amount = amount
        self.currency = currency
        self.expiresRelatively = expiresRelatively
    }
}

/// What stages 2 to 4 make of one pair of row and segment.
package enum MappedPair: Sendable {
    /// Left out, for the reason of this number among `RowMapping.filterReasons`.
    case filtered(reason: Int)
    /// `item` as far as the row has a key.
    case invalid(item: ItemKey?, location: Location, problems: [Problem])
    case request(PlannedPair)
    /// A row whose contents another row's request carries.
    case merged(item: ItemKey, location: Location)
}

/// Maps, prices and validates records, batch by batch.
package struct CatalogMapper: ~Copyable {
    private let mapping: RowMapping
    private var builder: RequestBuilder
    private let now: Timestamp
    private var hasher = SHA256()
    private var joiner: BundleJoiner?
    /// What is remembered of each pair's price while somebody asks.
    var explained: [(segment: [UInt8], steps: [PriceTrace.Step])]?
    private static let none: [UInt8] = []

    /// - Parameter now: the moment by which expiries are judged.
    package init(_ mapping: RowMapping, now: Timestamp) {
        self.mapping = mapping
        self.now = now
        joiner = mapping.bundling.map { BundleJoiner($0) }
        builder = RequestBuilder(mapping.link, policies: mapping.policies, now: now)
    }

    /// The pairs of one record; where rows are bundled, those of the records before that are whole now.
    ///
    /// - Parameter slots: the header's index of each column that the mapping names.
    package mutating func map(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int]
    ) -> [MappedPair] {
        joined(pairs(batch, record: record, slots: slots))
    }

    /// The pairs that no later record can add to.
    package mutating func joined(_ pairs: [MappedPair]) -> [MappedPair] {
        guard joiner != nil else { return pairs }
        var finished: [MappedPair] = []
        for pair in pairs { finished += joiner?.add(pair) ?? [] }
        return finished
    }

    /// The pairs that were held back to the end.
    package mutating func finish() -> [MappedPair] {
        joiner?.finish() ?? []
    }

    /// The pairs of one record, whatever others may add to them.
    ///
    /// - Parameter found: what the record's kin mean for it.
    package mutating func pairs(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int], found: KinshipFinding? = nil
    ) -> [MappedPair] {
        let entry = batch.records[record]
        let location = Location(file: batch.file, line: entry.line, record: entry.number)
        if let problem = batch.raggedness(of: record, location) {
            return [.invalid(item: nil, location: location, problems: [problem])]
        }
        switch mapping.segments {
        case .none: return [pair(batch, record, slots, segment: Self.none, location, found)]
        case .list(let segments):
            return segments.map { pair(batch, record, slots, segment: $0, location, found) }.collapsed
        case .template(let template):
            let row = RowView(
                batch, record: record, slots: slots, segment: Self.none.span, key: Self.none.span, now: now)
            do throws(FilterFailure) {
                var segment = try template.text(row)
                segment.trim()
                segment.compose()
                return [pair(batch, record, slots, segment: segment, location, found)]
            } catch {
                let failure = FieldFailure(
                    subject: "segment", slot: template.firstSlot, rule: template.place, failure: error)
                return [invalid(nil, location, [failure], batch, record, slots)]
            }
        }
    }

    private mutating func pair(
        _ batch: borrowing RecordBatch, _ record: Int, _ slots: borrowing [Int], segment: [UInt8],
        _ location: Location, _ found: KinshipFinding?
    ) -> MappedPair {
        var trace = explained == nil ? PriceTrace.off : .on
        defer { explained?.append((segment, trace.steps ?? [])) }
        let keyless = RowView(
            batch, record: record, slots: slots, segment: segment.span, key: Self.none.span, now: now)
        if let condition = mapping.condition {
            do throws(Condition.TestFailure) {
                if let reason = try condition.firstFailing(for: keyless) { return .filtered(reason: reason) }
            } catch {
                return invalid(nil, location, [FieldFailure("where", error)], batch, record, slots)
            }
        }
        if let refusal = found?.refusal {
            return .filtered(reason: (mapping.condition?.tests.count ?? 0) + 1 + refusal)
        }
        var failures = found?.failures ?? []
        let key = self.key(keyless, &failures)
        let item = key.isEmpty ? nil : ItemKey(key: key, segment: segment)
        let row = RowView(
            batch, record: record, slots: slots, segment: segment.span, key: key.span, now: now)
        var request = builder.build(row)
        failures += builder.failures
        let built = builder.failures.count
        if let pricing = mapping.pricing {
            do throws(PricingPolicy.Failure) {
                switch try pricing.outcome(for: row, at: now, into: &trace) {
                case .amount(let amount):
                    request.amount = amount
                    checkConversion(pricing, request.currency, &failures)
                case .free: break
                case .skip: return .filtered(reason: mapping.condition?.tests.count ?? 0)
                }
            } catch {
                failures.append(
                    FieldFailure(subject: "price", slot: error.slot, rule: error.rule, failure: error.failure)
                )
            }
        }
        if failures.isEmpty { builder.checkAmount(request) }
        failures += builder.failures.dropFirst(built)
        guard failures.isEmpty, let item else {
            return invalid(item, location, failures, batch, record, slots)
        }
        let canonical = request.canonicalBytes()
        hasher.update(request.fingerprintBytes(canonical))
        var planned = PlannedPair(
            item: item, location: location, fingerprint: hasher.finish(), slug: request.url,
            canonical: canonical, amount: request.amount, currency: request.currency,
            expiresRelatively: request.relativeExpiration != nil)
        if !builder.warnings.isEmpty {
            planned.warnings = problems(builder.warnings, location, batch, record, slots)
        }
        if joiner != nil { planned.request = request }
        return .request(planned)
    }

    /// A converted price is in one currency, whatever a row says of its link.
    private func checkConversion(
        _ pricing: PricingPolicy, _ currency: Currency, _ failures: inout [FieldFailure]
    ) {
        guard let target = pricing.conversionTarget, target != currency,
            !failures.contains(where: { $0.subject == "currency" })
        else { return }
        failures.append(
            FieldFailure(
                subject: "currency", slot: mapping.link.currency?.firstSlot,
                rule: mapping.link.currency?.place,
                failure: FilterFailure(
                    expected: "\(target.rawValue), to which `convert` brings every price",
                    got: currency.rawValue.quoted)))
    }

    /// What the record is known by, however its segments are.
    func key(_ batch: borrowing RecordBatch, _ record: Int, _ slots: borrowing [Int]) -> [UInt8] {
        var failures: [FieldFailure] = []
        return key(
            RowView(
                batch, record: record, slots: slots, segment: Self.none.span, key: Self.none.span, now: now),
            &failures)
    }

    private func key(_ row: borrowing RowView, _ failures: inout [FieldFailure]) -> [UInt8] {
        do throws(FilterFailure) {
            var key = try mapping.key.text(row)
            key.trim()
            key.compose()
            if let reason = SpreadsheetDamage.reason(key) {
                throw FilterFailure(
                    expected: "a key as it was before a spreadsheet", got: key.text.quoted, hint: reason)
            }
            if !key.isEmpty { return key }
            throw FilterFailure(
                expected: "a key", got: "nothing",
                hint: "rows without one can be left out: `where: {COLUMN: {empty: false}}`")
        } catch {
            failures.append(
                FieldFailure(
                    subject: "key", slot: mapping.key.firstSlot, rule: mapping.key.place, failure: error))
            return []
        }
    }

    private func invalid(
        _ item: ItemKey?, _ location: Location, _ failures: [FieldFailure], _ batch: borrowing RecordBatch,
        _ record: Int, _ slots: borrowing [Int]
    ) -> MappedPair {
        .invalid(
            item: item, location: location, problems: problems(failures, location, batch, record, slots))
    }

    private func problems(
        _ failures: [FieldFailure], _ location: Location, _ batch: borrowing RecordBatch, _ record: Int,
        _ slots: borrowing [Int]
    ) -> [Problem] {
        failures.map { $0.problem(location, batch, record, slots, mapping.columns) }
    }
}

extension FieldFailure {
    fileprivate init(_ subject: String, _ error: Condition.TestFailure) {
        self.init(
            subject: subject, slot: error.test.subject.firstSlot, rule: error.test.place,
            failure: error.failure)
    }
}

extension [MappedPair] {
    /// A record that is filtered for every segment, or has no key, makes one pair, as it is dropped before segments
    /// count.
    fileprivate var collapsed: [MappedPair] {
        allSatisfy(\.isFiltered) || allSatisfy(\.hasNoItem) ? Array(prefix(1)) : self
    }
}

extension MappedPair {
    fileprivate var hasNoItem: Bool {
        if case .invalid(nil, _, _) = self { return true }
        return false
    }

    fileprivate var isFiltered: Bool {
        if case .filtered = self { return true }
        return false
    }
}
