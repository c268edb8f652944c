/// One step of a template expression, `| name: arguments`.
package enum Filter: Sendable, Equatable {
    case trim
    case lower
    case upper
    case slug
    case text
    case truncate(Int)
    case replace([UInt8], [UInt8])
    case `default`([UInt8])
    case split([UInt8])
    case first
    case last
    case join([UInt8])
    case decimal(NumberGrammar?)
    case date([UInt8])

    package static let names = [
        "trim", "lower", "upper", "slug", "text", "truncate", "replace", "default", "split", "first", "last",
        "join", "decimal", "date",
    ]

    /// A filter by its name, its arguments checked.
    package init(name: String, arguments: [String]) throws(TemplateError) {
        func take(_ count: ClosedRange<Int>, _ form: String) throws(TemplateError) {
            guard count.contains(arguments.count) else {
                throw TemplateError(
                    expected: "`\(form)`",
                    got: "\(arguments.count) argument\(arguments.count == 1 ? "" : "s")")
            }
        }
        func bytes(_ index: Int) -> [UInt8] { Array(arguments[index].utf8) }
        switch name {
        case "trim", "lower", "upper", "slug", "text", "first", "last":
            try take(0...0, name)
            self =
                switch name {
                case "trim": .trim
                case "lower": .lower
                case "upper": .upper
                case "slug": .slug
                case "text": .text
                case "first": .first
                default: .last
                }
        case "truncate":
            try take(1...1, "truncate: LENGTH")
            guard let length = Int(arguments[0]), length >= 1 else {
                throw TemplateError(
                    expected: "a length of at least 1 for `truncate`", got: arguments[0].quoted)
            }
            self = .truncate(length)
        case "replace":
            try take(2...2, "replace: 'old', 'new'")
            guard !arguments[0].isEmpty else {
                throw TemplateError(expected: "some text to look for in `replace`", got: "\"\"")
            }
            self = .replace(bytes(0), bytes(1))
        case "default":
            try take(1...1, "default: 'text'")
            self = .default(bytes(0))
        case "split":
            try take(1...1, "split: 'separator'")
            guard !arguments[0].isEmpty else {
                throw TemplateError(expected: "a separator for `split`", got: "\"\"")
            }
            self = .split(bytes(0))
        case "join":
            try take(1...1, "join: 'separator'")
            self = .join(bytes(0))
        case "decimal":
            try take(0...1, "decimal: point|comma")
            if arguments.isEmpty {
                self = .decimal(nil)
            } else if let grammar = NumberGrammar(rawValue: arguments[0]) {
                self = .decimal(grammar)
            } else {
                throw TemplateError(
                    expected: "`decimal: point` or `decimal: comma`", got: arguments[0].quoted)
            }
        case "date":
            try take(1...1, "date: 'dd.MM.yyyy'")
            guard TimeFormat.isUsable(bytes(0)) else {
                throw TemplateError(
                    expected: "a pattern with y, M and d for `date`, such as 'dd.MM.yyyy'",
                    got: arguments[0].quoted)
            }
            self = .date(bytes(0))
        default:
            throw TemplateError(
                expected: "a filter", got: name.quoted, hint: NearestName.hint(for: name, among: Filter.names)
            )
        }
    }
}

/// What stands between two filters: text, or the list that `split` makes.
enum FilterValue {
    case text([UInt8])
    case list([[UInt8]])
}

extension Filter {
    func apply(to value: FilterValue) throws(FilterFailure) -> FilterValue {
        switch (self, value) {
        case (.split(let separator), .text(let text)):
            return .list(text.isEmpty ? [] : text.split(separator: separator))
        case (.first, .list(let parts)): return .text(parts.first ?? [])
        case (.last, .list(let parts)): return .text(parts.last ?? [])
        case (.join(let separator), .list(let parts)):
            return .text(Array(parts.filter { !$0.isEmpty }.joined(separator: separator)))
        case (_, .list(let parts)):
            var changed: [[UInt8]] = []
            for part in parts { changed.append(try applied(to: part)) }
            return .list(changed)
        case (_, .text(let text)): return .text(try applied(to: text))
        }
    }

    private func applied(to text: [UInt8]) throws(FilterFailure) -> [UInt8] {
        switch self {
        case .trim:
            var trimmed = text
            trimmed.trim()
            return trimmed
        case .lower: return text.isASCII ? text.map(\.asciiLowercased) : Array(text.text.lowercased().utf8)
        case .upper: return Array(text.text.uppercased().utf8)
        case .slug: return Slug.make(from: text)
        case .text: return MarkupText.plain(text)
        case .truncate(let length): return text.truncated(to: length)
        case .replace(let old, let new): return Array(text.split(separator: old).joined(separator: new))
        case .default(let other): return text.allSatisfy(\.isBlank) ? other : text
        case .split, .first, .last, .join: return text
        case .decimal(let grammar): return try NumberGrammar.plain(text, grammar)
        case .date(let pattern):
            var trimmed = text
            trimmed.trim()
            guard !trimmed.isEmpty else { return [] }
            guard let moment = TimeFormat.pattern(pattern, trimmed) else {
                throw FilterFailure(expected: "a date like \(pattern.text)", got: trimmed.text.quoted)
            }
            return Array(CivilTime(moment).iso8601.utf8)
        }
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 {
        self >= 0x41 && self <= 0x5A ? self | 0x20 : self
    }
}

extension [UInt8] {
    /// All parts between the separators, empty ones too.
    func split(separator: [UInt8]) -> [[UInt8]] {
        guard let head = separator.first else { return [self] }
        var parts: [[UInt8]] = []
        var start = 0
        var index = 0
        while index + separator.count <= count {
            if self[index] == head, self[index..<(index + separator.count)].elementsEqual(separator) {
                parts.append(Array(self[start..<index]))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(Array(self[start...]))
        return parts
    }

    /// The longest beginning of at most `length` UTF-16 units that cuts no character in two.
    func truncated(to length: Int) -> [UInt8] {
        guard count > length else { return self }
        var units = 0
        var end = 0
        for character in text {
            units += character.utf16.count
            if units > length { break }
            end += character.utf8.count
        }
        var cut = Array(self[..<end])
        while let last = cut.last, last.isBlank { cut.removeLast() }
        return cut
    }
}
