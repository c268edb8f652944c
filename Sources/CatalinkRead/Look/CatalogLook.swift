/// What a first look at a file finds.
package struct CatalogLook: Sendable {
    package enum Format: String, Sendable {
        case csv, xml, yaml, json, jsonl
    }

    package var format: Format
    /// What the job file must say of the encoding; `nil` where the file speaks for itself.
    package var encoding: String?
    /// Of CSV.
    package var delimiter: String?
    package var headerRow: Int?
    /// Where records are, for formats of paths; the likeliest first.
    package var recordPaths: [String] = []
    package var columns: [String] = []
    /// The first records' fields, by column.
    package var sample: [[String]] = []
    /// What the reader guessed or passed over.
    package var notes: [String] = []

    package init(format: Format) {
        self.format = format
    }

    /// What the sample has in a column.
    package func values(of column: Int) -> [String] {
        sample.map { $0.indices.contains(column) ? $0[column] : "" }
    }
}
