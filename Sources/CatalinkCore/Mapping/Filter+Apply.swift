/// What stands between two filters: text, or the list that `split` makes.
enum FilterValue: Equatable {
    case text([UInt8])
    case list([[UInt8]])

    /// As text, the values of a list parted by commas.
    var joined: [UInt8] {
        switch self {
        case .text(let text): text
        case .list(let parts): Array(parts.joined(separator: Array(", ".utf8)))
        }
    }
}

extension Filter {
    /// - Parameter now: the moment by which ages are judged.
    func apply(to value: FilterValue, at now: Timestamp) throws(FilterFailure) -> FilterValue {
        switch value {
        case .text(let text):
            if case .split(let separator) = self {
                return .list(text.isEmpty ? [] : text.split(separator: separator))
            }
            return .text(try applied(to: text, now))
        case .list(let parts): return try applied(to: parts, now)
        }
    }

    /// Filters of text change every part.
    private func applied(to parts: [[UInt8]], _ now: Timestamp) throws(FilterFailure) -> FilterValue {
        switch self {
        case .first: return .text(parts.first ?? [])
        case .last: return .text(parts.last ?? [])
        case .nth(let number): return .text(parts.count >= number ? parts[number - 1] : [])
        case .compact: return .list(parts.filter { !$0.allSatisfy(\.isBlank) })
        case .join(let separator):
            return .text(Array(parts.filter { !$0.isEmpty }.joined(separator: separator)))
        case .default(let other) where parts.isEmpty: return .list([other])
        default:
            var changed: [[UInt8]] = []
            for part in parts { changed.append(try applied(to: part, now)) }
            return .list(changed)
        }
    }

    private func applied(to text: [UInt8], _ now: Timestamp) throws(FilterFailure) -> [UInt8] {
        switch self {
        case .trim: return text.trimmed
        case .lower: return text.isASCII ? text.map(\.asciiLowercased) : Array(text.text.lowercased().utf8)
        case .upper: return Array(text.text.uppercased().utf8)
        case .slug(let ofAnyScript): return Slug.make(from: text, ofAnyScript: ofAnyScript)
        case .text: return MarkupText.plain(text)
        case .truncate(let length): return text.truncated(to: length)
        case .replace(let old, let new): return Array(text.split(separator: old).joined(separator: new))
        case .before(let mark): return text.before(mark)
        case .after(let mark): return text.after(mark)
        case .prefix(let lead): return text.allSatisfy(\.isBlank) ? text : lead + text
        case .map(let map): return try map.value(of: text)
        case .lookup(let table): return try table.value(of: text, at: now)
        case .default(let other): return text.allSatisfy(\.isBlank) ? other : text
        // A text is a list of one.
        case .split, .compact, .first, .last, .join: return text
        case .nth(let number): return number == 1 ? text : []
        case .decimal(let grammar): return try NumberGrammar.plain(text, grammar)
        case .money(let money): return try money.plain(text)
        case .currency(let meant): return try CurrencyName.code(text, meant: meant)
        case .minor(let digits): return try MinorUnits.units(text, digits: digits)
        case .nanos: return try MinorUnits.nanos(text)
        case .whole: return try WholeNumber.plain(text)
        case .unguard: return SpreadsheetGuard.unguarded(text)
        case .date(let patterns): return try Self.date(text.trimmed, patterns)
        }
    }

    private static func date(_ text: [UInt8], _ patterns: [[UInt8]]) throws(FilterFailure) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        for pattern in patterns {
            guard let moment = TimeFormat.pattern(pattern, text) else { continue }
            // A day stays a day, so that who reads it can tell its begin from its end.
            let hasTime = pattern.contains { "Hms".utf8.contains($0) }
            return Array(CivilTime(moment).iso8601.utf8.prefix(hasTime ? 20 : 10))
        }
        let known = patterns.map { $0.text.shown() }.joined(separator: " or ")
        throw FilterFailure(expected: "a date like \(known)", got: text.text.quoted)
    }
}
