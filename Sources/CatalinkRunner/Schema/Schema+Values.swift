import CatalinkCore

/// The kinds of values that job files have, as `Section` reads them.
extension Schema {
    private static func types(_ names: String...) -> Schema {
        Schema([("type", names.count == 1 ? .string(names[0]) : .strings(names))])
    }

    private func pattern(_ pattern: String) -> Schema {
        adding("pattern", .string(pattern))
    }

    // MARK: Text

    /// Text, whatever it looks like.
    static let text = types("string", "number", "boolean", "null")
    /// Text with `{{ column | filter }}` in it, or without.
    static let template = text
    private static let templateMark = "\\{\\{"

    /// Text that has to be a string in YAML, too.
    static func words(_ pattern: String) -> Schema {
        types("string").pattern(pattern)
    }

    // MARK: Choices

    static func choice(_ names: [String]) -> Schema {
        Schema([("enum", .strings(names))])
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ choices: Choice.Type) -> Schema
    where Choice.RawValue == String {
        choice(choices.allCases.map(\.rawValue))
    }

    /// One of these, or a template that makes one for each row.
    static func choiceOrTemplate<Choice: RawRepresentable & CaseIterable>(_ choices: Choice.Type) -> Schema
    where Choice.RawValue == String {
        let schemas = [choice(choices), words(templateMark), types("null")]
        return Schema([("anyOf", .array(schemas.map(\.json)))])
    }

    /// `true` or `false`.
    static let flag = Schema([
        ("enum", .array([.bool(true), .bool(false), .string("true"), .string("false")]))
    ])

    /// What the request says of itself: a flag by any of its words, or a template.
    static let flagOrTemplate = text

    // MARK: Numbers

    private static let number = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)"

    /// A decimal number in plain notation.
    static let decimal = types("number", "string").pattern("^\(number)$")
    static let positive = types("number", "string").pattern("^\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)$")
        .adding("exclusiveMinimum", .integer(0))
    /// A number, or a template of one.
    static let operand = types("number", "string").pattern("^\(number)$|\(templateMark)")
    static let positiveOperand = operand.adding("exclusiveMinimum", .integer(0))

    static func count(_ range: ClosedRange<Int>) -> Schema {
        types("integer", "string").pattern("^[0-9]+$").adding("minimum", .integer(range.lowerBound))
            .adding("maximum", .integer(range.upperBound))
    }

    /// A number of runs: `30`, `30 runs`.
    static let runs = types("integer", "string").pattern("^[0-9]{1,6}( runs?)?$")
        .adding("minimum", .integer(1)).adding("maximum", .integer(100_000))

    // MARK: Units

    private static let time = "[0-9]{1,9}(ms|s|m|h|d|w)"
    private static let rate = "[0-9]+/\(time)"
    private static let percentage = "\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)%"

    /// `500ms`, `30s`, `1m`, `24h`, `7d`.
    static let duration = words("^\(time)$")
    /// `64KiB`, `8MiB`, `1GiB`, or bytes.
    static let size = types("string", "integer").pattern("^[0-9]+(KiB|MiB|GiB)?$")
        .adding("minimum", .integer(1))
    /// `5%`, `12.5%`.
    static let share = words("^\(percentage)$")
    static let shareOrOff = words("^(off|\(percentage))$")
    /// A number of rows, or a share of them.
    static let errorLimit = types("integer", "string").pattern("^([0-9]+|\(percentage))$")
        .adding("minimum", .integer(0))
    static let fewestRows = types("integer", "string").pattern("^([1-9][0-9]{0,8}|\(percentage))$")
        .adding("minimum", .integer(1))
    /// `100/1m`, several of them, or `server`.
    static let rates = types("string", "array").pattern("^(server|\(rate))$")
        .adding("items", schema: words("^\(rate)$")).adding("minItems", .integer(1))
    /// A day or a moment by ISO 8601.
    static let day = words("^[0-9]{4}-[0-9]{2}-[0-9]{2}")
    /// A moment, or a time of day by UTC.
    static let deadline = words("^([0-9]{2}:[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}T.+)$")
    /// One character.
    static let character = Schema([("type", .strings(["string", "integer"]))])

    // MARK: Lists

    static let texts = list(of: text)
    /// One text, or a list of them.
    static let textOrTexts = Schema([
        ("type", .strings(["string", "number", "boolean", "array"])), ("items", text.json),
        ("minItems", .integer(1)),
    ])
}
