import CatalinkCore

/// Who is told of a job's runs.
extension JobSchema {
    static let metrics = Schema.mapping(
        ["file": .text.about("Relative to this file; the node exporter wants a name that ends in .prom.")],
        required: ["file"]
    )
    .about("Figures of the last run in Prometheus' text format, written at every end of a run.")
}
