/// Text with `{{ column ?? other | filter: argument }}` in it, compiled once and evaluated for every row.
package struct Template: Sendable {
    enum Piece: Sendable {
        case literal([UInt8])
        case value(Subject, [Filter])
        /// A column that holds several values.
        case list(Subject, [Filter])
        /// A value of the job's own.
        case field(Template, [Filter])
    }

    let pieces: [Piece]
    /// The slot of a template that is nothing but a column, as most are.
    private let column: Int?
    /// Where the job file says it.
    package let place: JobPlace

    /// The template as it is written in the job file.
    package let source: String

    private init(pieces: [Piece], place: JobPlace, source: String) {
        self.pieces = pieces
        column = pieces.column
        self.place = place
        self.source = source
    }

    /// Compiles `source`; columns are registered in `columns`.
    ///
    /// - Parameter hasSegments: whether `{{segment}}` means the job's segment rather than a column of that name.
    package init(
        _ source: String, at place: JobPlace, columns: inout ColumnUses, hasSegments: Bool,
        names known: TemplateNames = TemplateNames()
    ) throws(TemplateError) {
        var parser = TemplateParser(source, tables: known.tables)
        var pieces: [Piece] = []
        for part in try parser.parts() {
            switch part {
            case .literal(let text): pieces.append(.literal(Array(text.utf8)))
            case .expression(let names, let literal, let given):
                let filters = (literal.map { [Filter.default(Array($0.utf8))] } ?? []) + given
                if names.count == 1, let field = known.fields[names[0]] {
                    pieces.append(.field(field, filters))
                    continue
                }
                if let field = names.first(where: { known.fields[$0] != nil }) {
                    throw TemplateError(
                        expected: "columns beside `??`", got: "\(field.quoted), one of `fields:`",
                        hint: "write the `??` in the field itself")
                }
                let subject: Subject =
                    if names[0] == "each", known.hasEach {
                        .each
                    } else if names.count > 1 {
                        .anyOf(columns.slots(ofAny: names, at: place))
                    } else if names[0] == "segment", hasSegments {
                        .segment
                    } else {
                        .column(columns.slot(of: names[0], at: place))
                    }
                let isList = names.contains(where: ListField.isNamed)
                pieces.append(isList ? .list(subject, filters) : .value(subject, filters))
            }
        }
        self.init(pieces: pieces, place: place, source: source)
    }

    /// The first column that the template reads; where a problem with its value is to be shown.
    package var firstSlot: SlotChoice? {
        firstSubject?.firstSlot
    }

    /// The first of its columns, or several of which one is read.
    package var firstSubject: Subject? {
        for piece in pieces {
            switch piece {
            case .literal: continue
            case .value(let subject, _), .list(let subject, _):
                if subject.firstSlot != nil { return subject }
            case .field(let template, _):
                if let subject = template.firstSubject { return subject }
            }
        }
        return nil
    }

    /// Whether it is nothing but a column that a file does not have.
    func isAbsent(_ slots: borrowing [Int]) -> Bool {
        column.map { slots[$0] == ColumnUses.absent } ?? false
    }

    /// Every column that the template reads.
    package var slots: [Int] {
        pieces.flatMap { piece -> [Int] in
            switch piece {
            case .literal: []
            case .value(let subject, _), .list(let subject, _): subject.slots
            case .field(let template, _): template.slots
            }
        }
    }

    /// The same text for every row, when it names no column.
    package var constant: [UInt8]? {
        switch pieces.count {
        case 0: return []
        case 1:
            if case .literal(let text) = pieces[0] { return text }
            return nil
        default: return nil
        }
    }

    /// The same template, whose filter `money` takes no other currency than this where it names none itself.
    package func readingMoney(in currency: CurrencyCode) -> Template {
        func reading(_ filters: [Filter]) -> [Filter] {
            filters.map { filter in
                guard case .money(var money) = filter, money.codes.isEmpty else { return filter }
                money.codes = [currency]
                return .money(money)
            }
        }
        let pieces = pieces.map { piece -> Piece in
            switch piece {
            case .literal: piece
            case .value(let subject, let filters): .value(subject, reading(filters))
            case .list(let subject, let filters): .list(subject, reading(filters))
            case .field(let template, let filters):
                .field(template.readingMoney(in: currency), reading(filters))
            }
        }
        return Template(pieces: pieces, place: place, source: source)
    }

    /// Appends the template's text for a row.
    package func append(to output: inout [UInt8], _ row: borrowing RowView) throws(FilterFailure) {
        if let column { return output.append(copying: row.field(column)) }
        for piece in pieces {
            switch piece {
            case .literal(let text): output.append(contentsOf: text)
            case .value(let subject, let filters) where filters.isEmpty:
                output.append(copying: row.value(of: subject))
            case .value, .list, .field: output.append(contentsOf: try value(of: piece, row).joined)
            }
        }
    }

    package func text(_ row: borrowing RowView) throws(FilterFailure) -> [UInt8] {
        var output: [UInt8] = []
        try append(to: &output, row)
        return output
    }

    /// The values of a template that is nothing but a list; a text is a list of one.
    func list(_ row: borrowing RowView) throws(FilterFailure) -> [[UInt8]] {
        switch try value(row) {
        case .text(let text): text.isEmpty ? [] : [text]
        case .list(let parts): parts
        }
    }

    private func value(_ row: borrowing RowView) throws(FilterFailure) -> FilterValue {
        pieces.count == 1 ? try value(of: pieces[0], row) : .text(try text(row))
    }

    private func value(of piece: Piece, _ row: borrowing RowView) throws(FilterFailure) -> FilterValue {
        switch piece {
        case .literal(let text): return .text(text)
        case .value(let subject, let filters):
            return try filtered(.text(Array(copying: row.value(of: subject))), filters, subject, row.now)
        case .list(let subject, let filters):
            return try filtered(
                .list(ListField.parts(of: row.value(of: subject))), filters, subject, row.now)
        case .field(let template, let filters):
            do throws(FilterFailure) {
                return try filtered(
                    try template.value(row), filters, template.firstSubject ?? .segment, row.now)
            } catch {
                var failure = error
                failure.slot = failure.slot ?? template.firstSlot
                throw failure
            }
        }
    }

    private func filtered(
        _ value: FilterValue, _ filters: [Filter], _ subject: Subject, _ now: Timestamp
    ) throws(FilterFailure) -> FilterValue {
        var current = value
        for filter in filters {
            do throws(FilterFailure) {
                current = try filter.apply(to: current, at: now)
            } catch {
                throw failure(error, of: subject, value, asIs: current == value)
            }
        }
        return current
    }

    /// Tells the column, and what stands in the file where the filter was given something else.
    private func failure(
        _ failure: FilterFailure, of subject: Subject, _ value: FilterValue, asIs: Bool
    ) -> FilterFailure {
        var failure = failure
        if subject.firstSlot != firstSlot { failure.slot = subject.firstSlot }
        let own = value.joined.trimmed.text.quoted
        if !asIs, failure.got != own { failure.got += " (made of \(own))" }
        return failure
    }
}

extension [Template.Piece] {
    /// The only one's slot, where it is a column as it stands.
    fileprivate var column: Int? {
        guard count == 1, case .value(.column(let slot), let filters) = self[0], filters.isEmpty else {
            return nil
        }
        return slot
    }
}

/// What is wrong with a template, before any catalog is read.
package struct TemplateError: Error, Equatable {
    package var expected: String
    package var got: String
    package var hint: String?

    package init(expected: String, got: String, hint: String? = nil) {
        self.expected = expected
        self.got = got
        self.hint = hint
    }
}

/// Splits a template's source into literal text and expressions.
struct TemplateParser {
    enum Part {
        case literal(String)
        /// Of several columns the first that has text, or where none has the literal.
        case expression(columns: [String], literal: String?, filters: [Filter])
    }

    private let source: String
    private let tables: [String: LookupTable]
    private var rest: Substring

    init(_ source: String, tables: [String: LookupTable] = [:]) {
        self.source = source
        self.tables = tables
        rest = source[...]
    }

    mutating func parts() throws(TemplateError) -> [Part] {
        var parts: [Part] = []
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.literal(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            parts.append(try expression())
        }
        if rest.contains("}}") {
            throw TemplateError(expected: "`{{` before `}}`", got: source.quoted)
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        return parts
    }

    private mutating func expression() throws(TemplateError) -> Part {
        var columns: [String] = []
        var literal: String?
        repeat {
            if !columns.isEmpty {
                rest = rest.dropFirst(2)
                literal = try self.literal()
                if literal != nil { break }
            }
            let column = try word(endingAt: ["|"], orAlternative: true)
            guard !column.isEmpty else {
                throw TemplateError(expected: "a column name in `{{ }}`", got: source.quoted)
            }
            columns.append(column)
        } while rest.hasPrefix("??")
        var filters: [Filter] = []
        while rest.first == "|" {
            rest.removeFirst()
            let name = try word(endingAt: ["|", ":"])
            var arguments: [String] = []
            if rest.first == ":" {
                repeat {
                    rest.removeFirst()
                    arguments.append(try word(endingAt: ["|", ","]))
                } while rest.first == ","
            }
            filters.append(try Filter(name: name, arguments: arguments, tables: tables))
        }
        rest = rest.dropFirst(2)
        return .expression(columns: columns, literal: literal, filters: filters)
    }

    /// A quoted text behind `??`, which is no column's name but the last resort.
    private mutating func literal() throws(TemplateError) -> String? {
        rest = rest.drop(while: \.isWhitespace)
        guard rest.first == "'" || rest.first == "\"" else { return nil }
        let text = try word(endingAt: ["|"], orAlternative: true)
        guard !rest.hasPrefix("??") else {
            throw TemplateError(
                expected: "nothing after the text \(text.quoted), which is always there", got: source.quoted,
                hint: "behind `??` a quoted text stands for itself; a quoted column comes first")
        }
        return text
    }

    /// A quoted or a bare word; stops before one of `stops`, before `}}`, and where asked for before `??`.
    private mutating func word(
        endingAt stops: Set<Character>, orAlternative: Bool = false
    ) throws(TemplateError) -> String {
        rest = rest.drop(while: \.isWhitespace)
        var text = ""
        if let quote = rest.first, quote == "'" || quote == "\"" {
            rest.removeFirst()
            guard let close = rest.firstIndex(of: quote) else {
                throw TemplateError(expected: "a closing \(quote)", got: source.quoted)
            }
            text = String(rest[..<close])
            rest = rest[rest.index(after: close)...].drop(while: \.isWhitespace)
            guard let next = rest.first,
                stops.contains(next) || rest.hasPrefix("}}") || orAlternative && rest.hasPrefix("??")
            else {
                throw TemplateError(expected: "`|`, `,` or `}}` after \(text.quoted)", got: source.quoted)
            }
            return text
        }
        while let next = rest.first, !stops.contains(next), !rest.hasPrefix("}}"),
            !(orAlternative && isAtAlternative)
        {
            text.append(next)
            rest.removeFirst()
        }
        guard !rest.isEmpty else { throw TemplateError(expected: "a closing `}}`", got: source.quoted) }
        return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// At the mark itself rather than within a name that ends in a question mark, such as `In stock? ?? Stock`.
    private var isAtAlternative: Bool {
        rest.hasPrefix("??") && !rest.hasPrefix("???")
    }
}
