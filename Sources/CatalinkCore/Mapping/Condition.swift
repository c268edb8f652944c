/// What `where` and a rule's `when` ask of a row; all of its tests must hold.
package struct Condition: Sendable {
    package struct Test: Sendable {
        package let subject: Subject
        package let predicate: Predicate
        package let place: JobPlace
        /// What is said of rows that fail the test.
        package let reason: String
        /// What is looked at in place of the subject as it is.
        package let template: Template?

        package init(
            subject: Subject, predicate: Predicate, place: JobPlace, reason: String = "",
            template: Template? = nil
        ) {
            self.subject = subject
            self.predicate = predicate
            self.place = place
            self.reason = reason
            self.template = template
        }

        func holds(for row: borrowing RowView) throws(FilterFailure) -> Bool {
            guard let template else { return try predicate.holds(for: row.value(of: subject)) }
            let text = try template.text(row)
            return try predicate.holds(for: text.span)
        }
    }

    package let tests: [Test]

    package init(tests: [Test]) {
        self.tests = tests
    }

    /// - Throws: where a range is asked of text that is no number; with the test's subject and place.
    package func holds(for row: borrowing RowView) throws(TestFailure) -> Bool {
        try firstFailing(for: row) == nil
    }

    /// The number of the first test that does not hold.
    ///
    /// - Throws: as `holds` does.
    package func firstFailing(for row: borrowing RowView) throws(TestFailure) -> Int? {
        for (index, test) in tests.enumerated() {
            do throws(FilterFailure) {
                guard try test.holds(for: row) else { return index }
            } catch {
                throw TestFailure(test: test, failure: error)
            }
        }
        return nil
    }

    package struct TestFailure: Error {
        package let test: Test
        package let failure: FilterFailure
    }
}

/// A question about one value. Values are compared without outer blanks, letter by letter.
package indirect enum Predicate: Sendable, Equatable {
    case equals([UInt8])
    case isOneOf([[UInt8]])
    /// `*` stands for any text, `?` for one character.
    case matches([UInt8])
    case matchesOne(of: [[UInt8]])
    /// Both ends included.
    case between(minimum: FixedDecimal?, maximum: FixedDecimal?)
    /// Both ends excluded.
    case inside(above: FixedDecimal?, below: FixedDecimal?)
    case isEmpty(Bool)
    case not(Predicate)
    case all([Predicate])

    func holds(for span: Span<UInt8>) throws(FilterFailure) -> Bool {
        let value = span.trimmed()
        switch self {
        case .equals(let wanted): return value.isEqual(to: wanted)
        case .isOneOf(let list):
            for wanted in list where value.isEqual(to: wanted) { return true }
            return false
        case .matches(let pattern): return Glob.matches(pattern, value)
        case .matchesOne(let patterns):
            for pattern in patterns where Glob.matches(pattern, value) { return true }
            return false
        case .between(let minimum, let maximum):
            let number = try Predicate.number(value)
            if try less(number, minimum) { return false }
            return try !less(maximum, number)
        case .inside(let above, let below):
            let number = try Predicate.number(value)
            if above != nil, try !less(above, number) { return false }
            if below != nil, try !less(number, below) { return false }
            return true
        case .isEmpty(let wanted): return value.isEmpty == wanted
        case .not(let other): return try !other.holds(for: span)
        case .all(let predicates):
            for predicate in predicates where try !predicate.holds(for: span) { return false }
            return true
        }
    }

    private func less(_ first: FixedDecimal?, _ second: FixedDecimal?) throws(FilterFailure) -> Bool {
        guard let first, let second else { return false }
        guard let result = first.isLess(than: second) else {
            throw FilterFailure(expected: "a number of at most 38 digits", got: "a longer one")
        }
        return result
    }

    private static func number(_ value: Span<UInt8>) throws(FilterFailure) -> FixedDecimal {
        guard let number = FixedDecimal(value) else {
            throw FilterFailure(
                expected: "a number to compare with a range", got: Array(copying: value).text.quoted,
                hint: "filter such rows out with an earlier test, or compare as text")
        }
        return number
    }
}

extension Predicate {
    /// Says of a value that it fails: `is not "active"`.
    package var failing: String {
        switch self {
        case .equals(let wanted): "is not \(wanted.text.quoted)"
        case .isOneOf(let list): "is not one of \(list.map { $0.text.quoted }.joined(separator: ", "))"
        case .matches(let pattern): "is not like \(pattern.text.quoted)"
        case .matchesOne(let list):
            "is not like any of \(list.map { $0.text.quoted }.joined(separator: ", "))"
        case .between(let minimum, let maximum): Self.range("below", minimum, "above", maximum)
        case .inside(let above, let below): Self.range("not above", above, "not below", below)
        case .isEmpty(let wanted): wanted ? "is not empty" : "is empty"
        case .not(let other): other.holding
        case .all(let predicates): predicates.map(\.failing).joined(separator: " or ")
        }
    }

    private var holding: String {
        switch self {
        case .equals(let value): "is \(value.text.quoted)"
        case .isOneOf(let list): "is one of \(list.map { $0.text.quoted }.joined(separator: ", "))"
        case .matches(let pattern): "is like \(pattern.text.quoted)"
        case .matchesOne(let list): "is like one of \(list.map { $0.text.quoted }.joined(separator: ", "))"
        case .isEmpty(let wanted): wanted ? "is empty" : "is not empty"
        case .not(let other): other.failing
        case .between, .inside, .all: "is among what is left out"
        }
    }

    private static func range(
        _ low: String, _ minimum: FixedDecimal?, _ high: String, _ maximum: FixedDecimal?
    ) -> String {
        let parts = [minimum.map { "\(low) \($0.plain)" }, maximum.map { "\(high) \($0.plain)" }]
        return "is " + parts.compactMap { $0 }.joined(separator: " or ")
    }
}

extension Span<UInt8> {
    @_lifetime(copy self)
    func trimmed() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return extracting(start..<end)
    }

    func isEqual(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}

/// Shell-like patterns of `*` and `?`, matched in linear time but for the last star.
enum Glob {
    static func matches(_ pattern: [UInt8], _ text: Span<UInt8>) -> Bool {
        var p = 0
        var t = 0
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") {
                p += 1
                t += 1
                while t < text.count, text[t] & 0xC0 == 0x80 { t += 1 }
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
        return p == pattern.count
    }
}
