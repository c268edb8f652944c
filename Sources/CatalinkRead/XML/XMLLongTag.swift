import CLibXML2

/// Counts the attributes of a start tag that is not complete: libxml2 compares each with each once it is, which takes
/// hours for what a megabyte holds.
struct XMLLongTag {
    private var scanned = 0
    private var quote: UInt8?
    private var values = 0

    /// What one chunk can hold is left to the parser.
    private static let shortest = 64 * 1024

    mutating func holdsTooMany(_ most: Int, in context: xmlParserCtxtPtr) -> Bool {
        guard context.pointee.instate == XML_PARSER_START_TAG, let input = context.pointee.input,
            let start = input.pointee.cur, let end = input.pointee.end, end - start > Self.shortest
        else {
            self = XMLLongTag()
            return false
        }
        for index in scanned..<max(scanned, end - start) {
            let byte = start[index]
            if let open = quote {
                if byte == open { (quote, values) = (nil, values + 1) }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        scanned = end - start
        return values > most
    }
}
