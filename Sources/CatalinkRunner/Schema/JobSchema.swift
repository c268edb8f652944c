package import CatalinkCore

/// What a job file may say, as a JSON Schema (draft 2020-12) for editors.
///
/// It knows the same names as `JobFile`, and refuses nothing that makes links. What only the catalog or another value
/// can tell, such as a column's name or a filter's arguments, is left to `catalink check`.
package enum JobSchema {
    package static var json: JSONValue {
        var members: [Schema.Member] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("Catalink job file")),
        ]
        members += job.members
        members.append(("$defs", .schemas(shared)))
        return .object(members)
    }

    private static let shared: [(name: String, schema: Schema)] = [
        ("test", test), ("whereTest", whereTest), ("round", round), ("cost", cost),
    ]

    static let job = Schema.mapping(
        [
            "job": .words("^[a-z0-9][a-z0-9._-]{0,63}$").about(
                "The job's name: a-z, 0-9, `.`, `_` and `-`, at most 64 long. Its links are known by it."),
            "source": source, "fillDown": fillDown.orNothing, "parent": parent.orNothing,
            "unfold": unfold.orNothing, "tables": tables, "fields": fields, "where": conditions.orNothing,
            "key": .template.about("What a row is known by: a template, such as `{{sku}}`."),
            "segments": Schema.texts.adding("minItems", .integer(1)).adding("uniqueItems", .bool(true))
                .about("One link for each row and segment."),
            "segment": .template.about("A template instead of `segments`: the row's own segment."),
            "bundle": bundle, "link": link.orNothing, "tracking": tracking, "pricing": pricing.orNothing,
            "target": target, "limits": limits, "policy": policy, "expect": expectations,
            "accept": Schema.words("^.").about(
                "A file, relative to this one, of problems that are known: until when, and of which rows."),
            "state": .text.about(
                "The directory, relative to this file, of the ledger, the shared rate budget and pauses."
            ),
            "results": results,
            "keep": Schema.runs.about(
                "How many runs' directories are kept, this one among them; all unless it is said."),
            "metrics": metrics,
            "notify": Schema.list(of: notification).about("Who is told when a run begins or ends."),
            "unsettledAfter": Schema.duration.about(
                "How old an unknown or held item may be before monitors are told; 24h unless it is said."),
            "conversion": conversion,
        ], required: ["job", "source", "target"]
    )
    .about("How a product catalog becomes payment links.")
    .adding("not", schema: Schema.required(["segments", "segment"]))
    .adding("if", schema: onPreset).adding("else", schema: onItsOwn)

    private static let onPreset = Schema.required(["source"]).adding(
        "properties", .schemas([("source", .required(["preset"]))]))

    /// What a preset could say must be said where there is none.
    private static let onItsOwn = Schema.required(["key", "link"]).adding(
        "properties",
        .schemas([
            ("link", .required(["title", "url"])),
            (
                "pricing",
                Schema.required(["price"]).adding("properties", .schemas([("sale", .required(["price"]))]))
            ),
        ]))
}
