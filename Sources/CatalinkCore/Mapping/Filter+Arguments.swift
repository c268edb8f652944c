extension Filter {
    /// A filter by its name, its arguments checked.
    package init(
        name: String, arguments: [String], tables: [String: LookupTable] = [:]
    ) throws(TemplateError) {
        let given = FilterArguments(filter: name, texts: arguments)
        switch name {
        case "trim": self = try given.none(.trim)
        case "lower": self = try given.none(.lower)
        case "upper": self = try given.none(.upper)
        case "slug": self = .slug(ofAnyScript: try given.isOfAnyScript())
        case "text": self = try given.none(.text)
        case "compact": self = try given.none(.compact)
        case "first": self = try given.none(.first)
        case "last": self = try given.none(.last)
        case "nanos": self = try given.none(.nanos)
        case "whole": self = try given.none(.whole)
        case "unguard": self = try given.none(.unguard)
        case "truncate": self = .truncate(try given.number(atLeast: 1, "a length", form: "LENGTH"))
        case "nth": self = .nth(try given.number(atLeast: 1, "a number", form: "NUMBER"))
        case "default": self = .default(try given.text("'text'"))
        case "join": self = .join(try given.text("'separator'"))
        case "split": self = .split(try given.someText("a separator for `split`", form: "'separator'"))
        case "before": self = .before(try given.someText("some text to look for in `before`", form: "'text'"))
        case "after": self = .after(try given.someText("some text to look for in `after`", form: "'text'"))
        case "prefix":
            self = .prefix(try given.someText("some text to put before for `prefix`", form: "'text'"))
        case "replace": self = try given.replacement()
        case "lookup": self = .lookup(try given.table(among: tables))
        case "map": self = .map(try given.valueMap())
        case "decimal": self = .decimal(try given.grammar())
        case "money": self = .money(try given.money())
        case "currency": self = .currency(try given.currencies())
        case "minor": self = .minor(try given.minorDigits())
        case "date": self = .date(try given.datePatterns())
        default:
            let nearest = NearestName.nearest(to: name, among: Filter.names)
            throw TemplateError(
                expected: "a filter", got: name.quoted,
                hint: nearest.map { "did you mean \($0.quoted)?" }
                    ?? "known: " + Filter.names.joined(separator: ", "))
        }
    }
}
