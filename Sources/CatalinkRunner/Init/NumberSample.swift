import CatalinkCore

/// How a column writes its amounts, as far as a sample leaves no doubt.
struct NumberSample {
    /// As they are written; none is blank.
    let values: [String]
    /// The filter without arguments: `decimal`, `money` where a currency stands with some of them.
    let filter: String
    private let evidence: [Evidence]

    private enum Evidence {
        case plain, point, comma, either, none
    }

    init(_ values: [String]) {
        self.values = values
        let decimal = NumberGrammar.allCases.map { SampleFilter("decimal: \($0.rawValue)") }
        let money = NumberGrammar.allCases.map { SampleFilter("money: \($0.rawValue)") }
        let hasMark = values.contains { value in
            !decimal.contains { $0.reads(value) } && money.contains { $0.reads(value) }
        }
        let filter = hasMark ? "money" : "decimal"
        let (plain, readers) = (SampleFilter(filter), hasMark ? money : decimal)
        evidence = values.map { value in
            let readings = readers.map { $0.reading(value) }
            return switch (readings[0], readings[1]) {
            case (nil, nil): .none
            case (.some, nil): plain.reads(value) ? .plain : .point
            case (nil, .some): .comma
            case (let point?, let comma?): point == comma ? .none : .either
            }
        }
        self.filter = filter
    }

    /// The grammar that some value has and none contradicts; `nil` where plain notation will do, or nobody can tell.
    var grammar: NumberGrammar? {
        switch (has(.comma), has(.point), has(.plain)) {
        case (true, false, false): .comma
        case (false, true, _): .point
        default: nil
        }
    }

    /// The first value whose mark may group thousands or begin decimals.
    var ambiguous: String? {
        grammar == nil ? zip(values, evidence).first { $0.1 == .either }?.0 : nil
    }

    /// The first value that the drafted filter refuses.
    func refused(by filter: String) -> String? {
        let filter = SampleFilter(filter)
        return values.first { !filter.reads($0) }
    }

    /// Whether all are whole and none is below a hundred, as amounts in cents are.
    var isMaybeMinor: Bool {
        !values.isEmpty
            && values.allSatisfy { value in
                Int(value.filter { !$0.isWhitespace }).map { $0 >= 100 } ?? false
            }
    }

    private func has(_ kind: Evidence) -> Bool { evidence.contains(kind) }
}
