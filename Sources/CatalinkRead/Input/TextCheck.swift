import CatalinkCore

/// Strict UTF-8: a wrong guess at an encoding must never reach a title.
enum TextCheck {
    /// - Parameter line: the line on which the bytes begin.
    static func validate(_ bytes: Span<UInt8>, name: String, line: Int) throws(CatalogError) {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            let offset = error.byteOffsets.lowerBound
            var place = TextPosition(line: line, column: 1)
            for index in 0..<offset {
                let isLoneReturn =
                    bytes[index] == UInt8(ascii: "\r") && bytes[index + 1] != UInt8(ascii: "\n")
                if bytes[index] == UInt8(ascii: "\n") || isLoneReturn {
                    place = TextPosition(line: Int(place.line) + 1, column: 1)
                } else if bytes[index] & 0xC0 != 0x80 {
                    place.column += 1
                }
            }
            throw CatalogError(
                at: "\(name):\(place.line):\(place.column)", expected: "UTF-8 text",
                got: "the byte 0x\([bytes[offset]].hexadecimalText)",
                hint: "save the export as UTF-8")
        }
    }
}

extension [UInt8] {
    fileprivate var hexadecimalText: String {
        map { String($0, radix: 16, uppercase: true) }.joined()
    }
}
