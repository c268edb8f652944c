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
    /// Lists within a record, of which each element has fields of its own.
    package var innerLists: [InnerList] = []
    /// What the document says of its currency outside of the records.
    package var currencies: [String] = []
    package var columns: [String] = []
    /// The first records' fields, by column.
    package var sample: [[String]] = []
    /// What the reader guessed or passed over.
    package var notes: [String] = []

    /// What stands several times in one record, such as its variants.
    package struct InnerList: Sendable, Equatable {
        /// Below the record.
        package var path: String
        /// As `records:` would name its elements; `nil` where they are texts.
        package var records: String?
    }

    package init(format: Format) {
        self.format = format
    }

    /// Whether a column is of one element of a list, rather than of the whole record.
    package func isInList(_ column: String) -> Bool {
        innerLists.contains { column == $0.path || column.hasPrefix($0.path + "/") }
    }

    /// A column's name as words.
    package func words(of column: String) -> ColumnWords {
        ColumnWords(column, hasPrefixes: format == .xml)
    }

    /// What the sample has in a column.
    package func values(of column: Int) -> [String] {
        sample.map { $0.indices.contains(column) ? $0[column] : "" }
    }
}
