import CatalinkCore
import CatalinkRead

/// What is read, and how.
extension JobSchema {
    static let source = Schema.mapping([
        "path": Schema.textOrTexts.about(
            "The catalog, relative to this file: a file, a pattern with `*` and `?`, a list, or `-`, standard input."
        ),
        "format": Schema.choice(Job.Format.self).about("By the file's name, unless it is said."),
        "preset": preset,
        "records": .text.about("The path of the records in XML, YAML or JSON, such as `/rss/channel/item`."),
        "namespaces": Schema.names(of: .text).about("Prefixes of XML names and the URIs that they mean.")
            .orNothing,
        "encoding": .text.about(
            "Such as `utf-8`, `windows-1252` or `iso-8859-2`; found out unless it is said."),
        "delimiter": Schema.character.about(
            "What parts the fields of CSV; found out unless it is said. `\\t` is a tab."),
        "quote": Schema.character.about("What fields of CSV are quoted by, one character or `none`."),
        "headerRow": Schema.count(1...1_000_000).about("The line that the header of CSV stands in."),
        "comment": Schema.character.about("Lines of CSV that begin with this character are passed over."),
        "ragged": Schema.choice(CSVDialect.Ragged.self).about(
            "Other numbers of fields in CSV: an `error`; `pad` fills what lacks; `ignore` also passes over what is more."
        ),
        "limits": readLimits,
    ])
    .about("What is read, and how.")
    .adding("if", schema: presetOfItsOwn).adding("else", schema: Schema.required(["path"]))

    /// A file of one's own may say where the catalog is.
    private static let presetOfItsOwn = Schema.required(["preset"]).adding(
        "properties", .schemas([("preset", .words("\\.ya?ml$"))]))

    private static let preset = Schema([
        ("type", .string("string")),
        (
            "anyOf",
            .array([Schema.choice(Preset.all.map(\.name)).json, Schema.words("\\.ya?ml$").json])
        ),
    ])
    .about("A known export, which brings most of a job; or the path of a preset of one's own, `….yaml`.")

    static let readLimits = Schema.mapping([
        "field": Schema.size.about("The largest field, such as 8MiB."),
        "record": Schema.size.about("The largest record."),
        "columns": Schema.count(1...1_000_000).about("The most columns."),
        "depth": Schema.count(1...1000).about("How deep XML, YAML and JSON may be nested."),
        "name": Schema.size.about("The longest name of an element or a column."),
        "unpacked": Schema.size.about("How much a packed file may unpack to."),
        "packing": Schema.count(1...1_000_000).about("How many times its size a packed file may unpack to."),
    ])
    .about("How large the parts of a catalog may be.")

    static let fillDown = Schema.mapping(
        [
            "by": .text.about("The column whose equal values tell which rows belong together."),
            "columns": Schema.texts.about("The columns that are inherited."),
            "reach": Schema.choice(MappingCompiler.Reach.self).about(
                "Whether only `neighbours` belong together, or rows anywhere in the catalog (`file`)."),
        ], required: ["columns"]
    )
    .about("Rows with the same `by` inherit empty fields.")
    .adding(
        "if",
        schema: Schema.required(["reach"]).adding(
            "properties", .schemas([("reach", .choice([MappingCompiler.Reach.file.rawValue]))]))
    )
    .adding("then", schema: Schema.required(["by"]))

    static let parent = Schema.mapping(
        [
            "of": .text.about("The column that names a row's parent."),
            "is": Schema.textOrTexts.about("What a parent is known by: a template, or a list of them."),
            "columns": Schema.texts.about("The columns that are inherited."),
            "optional": Schema.flag.about("Whether a row whose parent is not there keeps what it has."),
            "where": JobSchema.conditions.about("What a parent must be for its children to be read."),
        ], required: ["of", "is", "columns"]
    )
    .about("A row that names a parent inherits empty fields from it.")

    static let unfold = Schema.mapping(
        [
            "columns": Schema.texts.about("The columns whose cells hold lists."),
            "separator": .text.about("What parts the elements; `,` unless it is said."),
        ], required: ["columns"]
    )
    .about("A row whose cells hold lists becomes one row for each element.")
}
