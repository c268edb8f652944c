/// How the records and fields of one file are told apart.
struct CSVSyntax: Sendable, Equatable {
    var delimiter: UInt8
    /// `nil`: quotation marks are text.
    var quote: UInt8?
    /// Lines that begin with it are passed over.
    var comment: UInt8?
    /// Whether a lone CR ends a record, as in files that have no line feed outside quotation marks.
    ///
    /// Elsewhere it is text of its field. Lines are counted as editors do, always: LF, CRLF and CR are one each.
    var endsAtReturn = false
}

extension UInt8 {
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
}
