/// A place in a catalog that a person can go to: file, line, and column and name of the field where known.
package struct Location: Sendable, Equatable {
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1; 0 when the parser knows only the line.
    package var column: Int
    /// The record's number in the catalog, from 1.
    package var record: Int
    /// The catalog's own name of the field.
    package var field: String?

    package init(file: String, line: Int, column: Int = 0, record: Int, field: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.record = record
        self.field = field
    }
}

extension Location: CustomStringConvertible {
    /// `catalog.csv:1203:17 (price)`, as far as it is known.
    package var description: String {
        var text = "\(file):\(line)"
        if column > 0 { text += ":\(column)" }
        if let field { text += " (\(field))" }
        return text
    }
}

/// A place in the job file, or in the preset that the job is built on.
package struct JobPlace: Sendable, Equatable {
    package var line: Int
    package var column: Int
    /// How messages call the preset; `nil` for the job file itself.
    package var preset: String?

    package init(line: Int, column: Int, preset: String? = nil) {
        self.line = line
        self.column = column
        self.preset = preset
    }
}
