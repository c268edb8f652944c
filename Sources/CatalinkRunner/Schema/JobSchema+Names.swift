import CatalinkCore

/// What a job names for its templates, and which rows it takes.
extension JobSchema {
    static let tables = Schema.names(of: table).about("Tables by their names, for the filter `lookup`.")

    static let table = Schema.mapping([
        "values": Schema.names(of: .text).about("Values and what they become."),
        "path": .text.about("Instead of `values`: a CSV file, relative to this one."),
        "key": .text.about("The file's column of values."),
        "value": .text.about("The file's column of what they become."),
        "date": .text.about("The day that the values are of; for a file the column of it."),
        "maxAge": Schema.duration.about("How old a value may be, such as 7d."),
        "default": .text.about("What all other values become."),
        "format": Schema.choice(Job.Format.self).about("`tsv` where tabs part the fields."),
        "encoding": .text.about("The file's encoding."),
    ])
    .adding("if", schema: Schema.required(["path"]))
    .adding("then", schema: Schema.required(["key", "value"]).refusing(["values"]))
    .adding("else", schema: Schema.required(["values"]).refusing(["key", "value", "format", "encoding"]))
    .adding("dependentRequired", .object([("maxAge", .strings(["date"]))]))

    static let fields = Schema.names(of: .template)
        .adding("propertyNames", .object([("not", Schema.choice(["segment", "key", "each"]).json)]))
        .about("Templates by names that others use; each may name those above it.")

    // MARK: Conditions

    static let conditions = Schema.names(of: .shared("whereTest"))
        .about("What a row must meet, by column or template; all others are left out.")

    static let when = Schema.names(of: .shared("test"))
        .about("Which items the rule is for; `key` and `segment` are the item's own.")

    /// Text for equality, a list for one of several, or tests by name.
    static let test = Schema.mapping([
        "eq": .text.about("Exactly this text."),
        "in": Schema.texts.adding("minItems", .integer(1)).about("One of these texts."),
        "glob": Schema.textOrTexts.about("A pattern with `*` and `?`, or a list of which one fits."),
        "min": Schema.decimal.about("A number that is not below this one."),
        "max": Schema.decimal.about("A number that is not above this one."),
        "above": Schema.decimal.about("A number above this one."),
        "below": Schema.decimal.about("A number below this one."),
        "empty": Schema.flag.about("Whether there is no text."),
        "not": Schema.shared("test").about("What it must not be."),
    ])
    .or("string", "number", "boolean", "array")
    .adding("items", schema: .text).adding("minItems", .integer(1)).adding("minProperties", .integer(1))

    /// Beside a reason there is a test; an entry without a value takes a preset's away.
    static let whereTest =
        test
        .knowing("reason", .text.about("What plans and runs tell of the rows that it leaves out."))
        .adding("dependentSchemas", .object([("reason", .object([("minProperties", .integer(2))]))]))
        .orNothing
}
