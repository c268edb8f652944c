import CatalinkCore

/// Who is told of a job's runs.
extension JobSchema {
    static let metrics = Schema.mapping(
        ["file": .text.about("Relative to this file; the node exporter wants a name that ends in .prom.")],
        required: ["file"]
    )
    .about("Figures of the last run in Prometheus' text format, written at every end of a run.")

    static let notification = Schema.mapping([
        "on": Schema.list(of: .choice(Notification.Occasion.self)).about(
            "`start`, `success`, or `trouble`, any exit status but 0; `trouble` alone unless it is said, and all of "
                + "them for a heartbeat."),
        "webhook": webhook,
        "heartbeat": address.about(
            "Such as healthchecks: `/start` is added at the begin, the exit status at the end."),
        "command": Schema.texts.adding("minItems", .integer(1)).about(
            "A program and its arguments; it reads the summary as JSON."),
    ]).withOne(of: ["webhook", "heartbeat", "command"])

    static let webhook = Schema.mapping(
        [
            "url": address.about("Where JSON is posted to."),
            "body": Schema([]).about(
                "The JSON; its texts may have `{{job}}`, `{{exit}}`, `{{summary}}` in them."),
            "headers": Schema.names(of: secret(.text)).about("Further headers."),
        ], required: ["url"]
    )
    .about("A POST of JSON; without `body:` what Slack and Teams both show.")

    private static let address = secret(.words("^https?://"))

    static let variable = Schema.mapping(
        ["env": .text.about("The variable that holds it; `NAME_FILE` may name a file instead.")],
        required: ["env"])

    /// Written, or in a variable.
    private static func secret(_ written: Schema) -> Schema {
        Schema([("anyOf", .array([written.json, variable.json]))])
    }
}
