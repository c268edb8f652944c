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

    package init(
        item: ItemKey, location: Location, fingerprint: Digest, slug: [UInt8], canonical: [UInt8],
        amount: FixedDecimal?, currency: Currency
    ) {
        self.item = item
        self.location = location
        self.fingerprint = fingerprint
        self.slug = slug
        self.canonical = canonical
        self.amount = amount
        self.currency = currency
    }
}

/// What stages 2 to 4 make of one pair of row and segment.
package enum MappedPair: Sendable {
    /// Left out, for the reason of this number among `RowMapping.filterReasons`.
    case filtered(reason: Int)
    /// `item` as far as the row has a key.
    case invalid(item: ItemKey?, location: Location, problems: [Problem])
    case request(PlannedPair)
}

/// Maps, prices and validates records, batch by batch.
package struct CatalogMapper: ~Copyable {
    private let mapping: RowMapping
    private var builder: RequestBuilder
    private let now: Timestamp
    private var hasher = SHA256()
    private static let none: [UInt8] = []

    /// - Parameter now: the moment by which expiries are judged.
    package init(_ mapping: RowMapping, now: Timestamp) {
        self.mapping = mapping
        self.now = now
        builder = RequestBuilder(mapping.link, allowed: mapping.allowed, now: now)
    }

    /// The pairs of one record.
    ///
    /// - Parameters:
    ///   - slots: the header's index of each column that the mapping names.
    ///   - found: what the record's kin mean for it.
    package mutating func map(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int], found: KinshipFinding? = nil
    ) -> [MappedPair] {
        let entry = batch.records[record]
        let location = Location(file: batch.file, line: entry.line, record: entry.number)
        if entry.fieldCount != batch.header.columns.count {
            let problem = Problem(
                subject: "row", location: location, rule: nil,
                expected: "\(batch.header.columns.count) fields as in the header", got: "\(entry.fieldCount)",
                hint: "an unquoted delimiter or a missing one?")
            return [.invalid(item: nil, location: location, problems: [problem])]
        }
        switch mapping.segments {
        case .none: return [pair(batch, record, slots, segment: Self.none, location, found)]
        case .list(let segments):
            return segments.map { pair(batch, record, slots, segment: $0, location, found) }.collapsed
        case .template(let template):
            let row = RowView(
                batch, record: record, slots: slots, segment: Self.none.span, key: Self.none.span)
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
        let keyless = RowView(batch, record: record, slots: slots, segment: segment.span, key: Self.none.span)
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
        let row = RowView(batch, record: record, slots: slots, segment: segment.span, key: key.span)
        var request = builder.build(row)
        failures += builder.failures
        if let pricing = mapping.pricing {
            do throws(PricingPolicy.Failure) {
                switch try pricing.outcome(for: row, at: now) {
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
        guard failures.isEmpty, let item else {
            return invalid(item, location, failures, batch, record, slots)
        }
        let canonical = request.canonicalBytes()
        hasher.update(canonical)
        return .request(
            PlannedPair(
                item: item, location: location, fingerprint: hasher.finish(), slug: request.url,
                canonical: canonical, amount: request.amount, currency: request.currency))
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
        var problems: [Problem] = []
        let row = RowView(batch, record: record, slots: slots, segment: Self.none.span, key: Self.none.span)
        for failure in failures {
            var place = location
            if let choice = failure.failure.slot ?? failure.slot {
                let slot = row.slot(of: choice)
                if slots[slot] != ColumnUses.absent {
                    let position = batch.position(of: slots[slot], in: record)
                    place.line = Int(position.line)
                    place.column = Int(position.column)
                }
                place.field = mapping.columns.names[slot]
            }
            problems.append(
                Problem(
                    subject: failure.subject, location: place, rule: failure.rule,
                    expected: failure.failure.expected, got: failure.failure.got, hint: failure.failure.hint))
        }
        return .invalid(item: item, location: location, problems: problems)
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
    /// A record that is filtered for every segment makes one pair, as it is dropped before segments count.
    fileprivate var collapsed: [MappedPair] {
        allSatisfy(\.isFiltered) ? Array(prefix(1)) : self
    }
}

extension MappedPair {
    fileprivate var isFiltered: Bool {
        if case .filtered = self { return true }
        return false
    }
}
