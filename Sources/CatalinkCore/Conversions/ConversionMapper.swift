/// Makes payments of records, and reports everything that is wrong with one together.
package struct ConversionMapper: Sendable {
    private let mapping: ConversionMapping
    private let now: Timestamp
    private static let none: [UInt8] = []
    private static let longestID = 255
    /// SQLite's whole numbers hold so many decimals of any amount that is paid.
    private static let mostDecimals = 18
    private static let mostUnits: UInt128 = 1_000_000_000_000_000_000

    package init(_ mapping: ConversionMapping, now: Timestamp) {
        self.mapping = mapping
        self.now = now
    }

    /// Reads a record into `conversion`, whose memory serves one record after another.
    ///
    /// - Parameter slots: the header's index of each column that the mapping names.
    /// - Returns: what is wrong with the record; `conversion` is none then.
    package func read(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int],
        into conversion: inout Conversion, _ location: @autoclosure () -> Location
    ) -> [Problem] {
        if !batch.isWhole(record), let problem = batch.raggedness(of: record, location()) { return [problem] }
        let row = RowView(
            batch, record: record, slots: slots, segment: Self.none.span, key: Self.none.span, now: now)
        var failures: [FieldFailure] = []
        readID(row, &conversion.id, &failures)
        if conversion.id.isEmpty, failures.isEmpty, hasParts(mapping.id, batch, record, slots) {
            failures.append(idWithParts)
        }
        readLink(row, slots, &conversion, &failures)
        var text: [UInt8] = []
        let currency = read("currency", mapping.currency, row, &text, &failures, Self.currency)
        let amount = read("amount", mapping.amount, row, &text, &failures) { text throws(FilterFailure) in
            try Self.amount(text, currency)
        }
        let time = read("time", mapping.time, row, &text, &failures) { text throws(FilterFailure) in
            try self.time(text)
        }
        guard failures.isEmpty, let amount, let currency, let time else {
            return failures.map { $0.problem(location(), batch, record, slots, mapping.columns) }
        }
        conversion.amount = amount
        conversion.currency = currency
        conversion.time = time
        return []
    }

    /// A problem with the link of a row, shown where the row names it.
    package func linkProblem(
        _ conversion: Conversion, isAmbiguous: Bool, _ batch: borrowing RecordBatch, record: Int,
        slots: borrowing [Int], _ location: Location
    ) -> Problem {
        let template = mapping.links.first { $0.name == conversion.linkName }?.template
        let failure = FilterFailure(
            expected: "a link of this job",
            got: conversion.link.text.quoted + (isAmbiguous ? ", which are several" : ""),
            hint: isAmbiguous ? "name it by its link_id" : nil)
        return FieldFailure(
            subject: conversion.linkName.rawValue, slot: template?.firstSlot, rule: template?.rule,
            failure: failure
        ).problem(location, batch, record, slots, mapping.columns)
    }

    /// A problem of a row whose id was recorded with other contents.
    package func conflictProblem(
        _ rows: borrowing MatchedConversions, _ row: Int, recorded: String, _ batch: borrowing RecordBatch,
        record: Int, slots: borrowing [Int]
    ) -> Problem {
        FieldFailure(
            subject: "id", slot: mapping.id?.firstSlot, rule: mapping.id?.rule,
            failure: Self.conflict(rows, row, recorded: recorded)
        ).problem(rows.location(of: row), batch, record, slots, mapping.columns)
    }

    /// The same, once the record itself is gone.
    package func conflictProblem(
        _ rows: borrowing MatchedConversions, _ row: Int, recorded: String
    ) -> Problem {
        let failure = Self.conflict(rows, row, recorded: recorded)
        var location = rows.location(of: row)
        location.field = mapping.id?.firstSlot.map { mapping.columns.names[$0.first] }
        return Problem(
            subject: "id", location: location, rule: mapping.id?.rule, expected: failure.expected,
            got: failure.got, hint: failure.hint)
    }

    private static func conflict(
        _ rows: borrowing MatchedConversions, _ row: Int, recorded: String
    ) -> FilterFailure {
        let id = Array(copying: rows.id(of: row)).text.quoted
        return FilterFailure(
            expected: "one payment for each id",
            got: "\(id) with \(rows.shown(row)), and recorded with \(recorded)",
            hint: "a refund is a payment of its own, with its own id and a negative amount")
    }

    // MARK: Fields

    /// Whether one of a template's columns is an object or a list.
    private func hasParts(
        _ template: Template?, _ batch: borrowing RecordBatch, _ record: Int, _ slots: borrowing [Int]
    ) -> Bool {
        for slot in template?.slots ?? [] where slots[slot] != ColumnUses.absent {
            if batch.hasParts(slots[slot], of: record) { return true }
        }
        return false
    }

    /// An id that is no text is not one that is missing: equal payments would be one.
    private var idWithParts: FieldFailure {
        FieldFailure(
            subject: "id", slot: mapping.id?.firstSlot, rule: mapping.id?.rule,
            failure: FilterFailure(
                expected: "an id as a text or a number", got: "an object or a list",
                hint: "say which part of it is the id, as in `id: \"{{id/value}}\"`"))
    }

    /// - Parameter text: memory to read the field into.
    private func read<Value>(
        _ subject: String, _ template: Template, _ row: borrowing RowView, _ text: inout [UInt8],
        _ failures: inout [FieldFailure], _ parse: ([UInt8]) throws(FilterFailure) -> Value
    ) -> Value? {
        do throws(FilterFailure) {
            text.removeAll(keepingCapacity: true)
            try template.append(to: &text, row)
            text.trim()
            return try parse(text)
        } catch {
            failures.append(
                FieldFailure(
                    subject: subject, slot: template.firstSlot, rule: template.rule, failure: error))
            return nil
        }
    }

    private func readID(
        _ row: borrowing RowView, _ id: inout [UInt8], _ failures: inout [FieldFailure]
    ) {
        id.removeAll(keepingCapacity: true)
        guard let template = mapping.id else { return }
        let isAsked = template.rule != nil
        let isASCII = read("id", template, row, &id, &failures) { text throws(FilterFailure) in
            guard !isAsked || !text.isEmpty else {
                throw FilterFailure(
                    expected: "an id, as the job has `id:`", got: "nothing",
                    hint: "without one, equal payments would be one")
            }
            try Self.checkIdentifier(text)
            return text.isASCII
        }
        if isASCII == false { id.compose() }
        if id.count > Self.longestID {
            failures.append(
                FieldFailure(
                    subject: "id", slot: template.firstSlot, rule: template.rule,
                    failure: FilterFailure(
                        expected: "an id of at most \(Self.longestID) bytes", got: "\(id.count)")))
        }
    }

    private func readLink(
        _ row: borrowing RowView, _ slots: borrowing [Int], _ conversion: inout Conversion,
        _ failures: inout [FieldFailure]
    ) {
        for index in mapping.links.indices where !mapping.links[index].template.isAbsent(slots) {
            let name = mapping.links[index].name
            let isASCII = read(
                name.rawValue, mapping.links[index].template, row, &conversion.link, &failures
            ) {
                text throws(FilterFailure) in
                try Self.checkIdentifier(text)
                return text.isASCII
            }
            guard let isASCII else { return }
            if conversion.link.isEmpty { continue }
            if !isASCII { conversion.link.compose() }
            if name == .url { conversion.link = conversion.link.bareAddress }
            conversion.linkName = name
            return
        }
        guard let first = mapping.links.first else { return }
        // Shown in a column that the file has.
        var shown = first
        for link in mapping.links.reversed() {
            if let slot = link.template.firstSlot, slots[slot.first] != ColumnUses.absent { shown = link }
        }
        failures.append(
            FieldFailure(
                subject: shown.name.rawValue, slot: shown.template.firstSlot, rule: shown.template.rule,
                failure: FilterFailure(expected: "the link that was paid", got: "nothing")))
    }

    private static func checkIdentifier(_ text: [UInt8]) throws(FilterFailure) {
        guard !text.contains(0) else {
            throw FilterFailure(expected: "a text without NUL", got: text.text.quoted)
        }
        guard let reason = SpreadsheetDamage.reason(text) else { return }
        throw FilterFailure(
            expected: "a text as it was before a spreadsheet", got: text.text.quoted, hint: reason)
    }

    private static func currency(_ text: [UInt8]) throws(FilterFailure) -> CurrencyCode {
        guard let code = CurrencyCode(text) else {
            throw FilterFailure(
                expected: "a currency code such as EUR or USDC",
                got: text.isEmpty ? "nothing" : text.text.quoted)
        }
        return code
    }

    private static func amount(_ text: [UInt8], _ currency: CurrencyCode?) throws(FilterFailure)
        -> FixedDecimal
    {
        guard !text.isEmpty else { throw FilterFailure(expected: "an amount", got: "nothing") }
        guard let amount = FixedDecimal(text)?.withoutTrailingZeros else {
            // What the filter would say of it says more.
            _ = try NumberGrammar.plain(text, nil)
            throw FilterFailure(
                expected: "an amount in plain notation such as 12.50", got: text.text.quoted)
        }
        let decimals = currency?.minorDigits ?? mostDecimals
        guard amount.scale <= decimals else {
            let kind = currency?.minorDigits == nil ? "" : ", as \(currency?.text ?? "") has"
            throw FilterFailure(expected: "at most \(decimals) decimals\(kind)", got: text.text.quoted)
        }
        guard amount.coefficient.magnitude < mostUnits else {
            throw FilterFailure(expected: "an amount of at most 18 digits", got: text.text.quoted)
        }
        return amount
    }

    private func time(_ text: [UInt8]) throws(FilterFailure) -> Timestamp {
        if let unit = mapping.unix {
            guard let time = Timestamp(unix: text, unit) else {
                throw FilterFailure(
                    expected: "whole \(unit.rawValue) since 1970",
                    got: text.isEmpty ? "nothing" : text.text.quoted)
            }
            return time
        }
        guard let time = TimeFormat.precise(text) else {
            let isNumber = !text.isEmpty && text.allSatisfy(\.isDigit)
            throw FilterFailure(
                expected: "a time such as 2026-11-30T09:41:00Z",
                got: text.isEmpty ? "nothing" : text.text.quoted,
                hint: text.isEmpty
                    ? nil
                    : isNumber
                        ? "seconds since 1970? say `unix: seconds`"
                        : "say how it is written, as in `time: \"{{time | date: 'dd.MM.yyyy HH:mm'}}\"`")
        }
        return time
    }
}

extension Conversion {
    /// `12.50 EUR at 2026-11-30T09:41:00Z`
    package var shown: String {
        let fraction = (time.microseconds % 1_000_000 + 1_000_000) % 1_000_000
        let more = fraction > 0 ? " and \(fraction) µs" : ""
        let of = link.isEmpty ? "" : " for \(link.text.shown())"
        return "\(amount.asMoney) \(currency.name) at \(CivilTime(time).iso8601)\(more)\(of)"
    }
}

extension CurrencyCode {
    /// As links name it, where it is a currency of links: `usdc`, `EUR`.
    package var name: String {
        let lower = text.lowercased()
        return Currency(rawValue: lower) == nil ? text : lower
    }
}

extension Template {
    /// The line of the job file to name beside a problem; `nil` for a column that goes without mapping.
    fileprivate var rule: JobPlace? { place == ConversionMapping.standardPlace ? nil : place }
}

extension [UInt8] {
    /// An address without what trackers add to it: query, fragment, and a slash at its end.
    package var bareAddress: [UInt8] {
        var address = prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        while address.last == UInt8(ascii: "/") { address = address.dropLast() }
        return Array(address)
    }
}

extension Timestamp {
    /// From the year 1 to 9999.
    private static let range = -62_135_596_800_000_000...253_402_300_799_999_999

    fileprivate init?(unix text: [UInt8], _ unit: ConversionMapping.Unix) {
        let digits = text.drop { $0 == UInt8(ascii: "-") }
        guard text.count - digits.count <= 1, (1...15).contains(digits.count), digits.allSatisfy(\.isDigit),
            let number = Int64(text.text)
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit == .seconds ? 1_000_000 : 1000)
        guard !overflow, Self.range.contains(Int(product)) else { return nil }
        self.init(microseconds: product)
    }
}

extension TimeFormat {
    /// As `iso8601`, with the fraction of a second, to the microsecond.
    package static func precise(_ text: [UInt8]) -> Timestamp? {
        guard let moment = iso8601(text) else { return nil }
        guard let point = text.firstIndex(of: UInt8(ascii: ".")) else { return moment }
        var (fraction, unit) = (Int64(0), Int64(100_000))
        for byte in text[(point + 1)...].prefix(while: \.isDigit) {
            fraction += Int64(byte - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return Timestamp(microseconds: moment.microseconds + fraction)
    }
}
