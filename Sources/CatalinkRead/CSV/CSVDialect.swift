/// How a CSV file is written, as far as a job says it; the rest is found out.
package struct CSVDialect: Sendable, Equatable {
    package enum Quote: Sendable, Equatable {
        case byte(UInt8)
        /// Quotation marks are text like any other.
        case none
    }

    /// What becomes of a row with fewer or more fields than the header.
    package enum Ragged: String, Sendable, CaseIterable {
        /// The row is a problem.
        case error
        /// Missing fields read as empty; more fields are a problem.
        case pad
        /// Missing fields read as empty; more fields are passed over.
        case ignore
    }

    /// `nil`: found in the first lines.
    package var delimiter: UInt8?
    /// `nil`: found in the first lines.
    package var quote: Quote?
    /// The line on which the header begins, from 1; lines above are passed over. `nil`: the first that is not blank.
    package var headerRow: Int?
    /// Lines that begin with it are passed over.
    package var comment: UInt8?
    package var ragged = Ragged.error

    package init(delimiter: UInt8? = nil) {
        self.delimiter = delimiter
    }
}
