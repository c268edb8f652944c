/// What values become by a list of the job's own: a SKU its product, a category its tax, a currency its rate.
package final class LookupTable: Sendable {
    package struct Entry: Sendable, Equatable {
        package var value: [UInt8]
        /// When it was true, where the list says so.
        package var date: Timestamp?

        package init(value: [UInt8], date: Timestamp? = nil) {
            self.value = value
            self.date = date
        }
    }

    package let name: String
    private let entries: [[UInt8]: Entry]
    /// What all other values become.
    private let other: [UInt8]?
    /// How old an entry may be.
    private let maxAge: Duration?

    /// - Parameter entries: keys without blanks around them.
    package init(name: String, entries: [[UInt8]: Entry], other: [UInt8]?, maxAge: Duration?) {
        self.name = name
        self.entries = entries
        self.other = other
        self.maxAge = maxAge
    }

    package var count: Int { entries.count }

    /// What a value, without blanks around it, becomes. Nothing stays nothing unless it is listed.
    func value(of text: [UInt8], at now: Timestamp) throws(FilterFailure) -> [UInt8] {
        let key = text.trimmed
        guard let entry = entries[key] else {
            if key.isEmpty { return other ?? [] }
            if let other { return other }
            throw FilterFailure(
                expected: "an entry of the table \(name)", got: key.text.quoted, hint: hint(for: key.text))
        }
        if let maxAge, let date = entry.date, date + maxAge < now {
            throw FilterFailure(
                expected: "an entry of the table \(name) that is at most \(maxAge.written) old",
                got: "one of \(CivilTime(date).iso8601.prefix(10)) for \(key.text.quoted)",
                hint: "bring the table up to date, or raise its `maxAge:`")
        }
        return entry.value
    }

    /// The nearest entry of a short table; in long ones something is always near.
    private func hint(for key: String) -> String? {
        guard entries.count <= 200 else { return nil }
        return NearestName.nearest(to: key, among: entries.keys.map(\.text).sorted())
            .map { "did you mean \($0.quoted)?" }
    }
}

extension LookupTable: Equatable {
    package static func == (first: LookupTable, second: LookupTable) -> Bool { first === second }
}

/// What a template may name beside columns.
package struct TemplateNames: Sendable {
    /// Values of the job's own, by name; they stand before columns.
    package var fields: [String: Template] = [:]
    package var tables: [String: LookupTable] = [:]
    /// Whether `each` is one of a list's values.
    package var hasEach = false

    package init() {}
}
