/// Turns the bytes of one encoding into UTF-8, piece by piece.
protocol TextDecoder {
    /// Decodes what is whole into the front of `text`.
    ///
    /// - Parameters:
    ///   - isLast: whether nothing follows; what is cut off there is a fault.
    ///   - text: has room for four times as many bytes, and four more.
    mutating func decode(_ bytes: Span<UInt8>, isLast: Bool, into text: inout [UInt8]) -> Decoded
}

/// What has become of a piece of bytes.
struct Decoded {
    /// Bytes that are done with; the rest is to be given again with what follows it.
    var consumed = 0
    /// Bytes of text.
    var produced = 0
    /// What stands behind the bytes consumed.
    var fault: TextFault?
}

/// Bytes that are no text in an encoding.
struct TextFault: Equatable {
    var bytes: [UInt8]
    /// What they would be.
    var meaning: String?

    /// `the byte 0x81`, `the bytes 0xD8 0x3D, half of a pair`
    var shown: String {
        let digits = bytes.map { byte in
            "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        let text = (bytes.count == 1 ? "the byte " : "the bytes ") + digits.joined(separator: " ")
        return text + (meaning.map { ", \($0)" } ?? "")
    }
}

extension TextFault {
    static let cutOff = "cut off by the end"

    init(_ bytes: Span<UInt8>, _ range: Range<Int>, _ meaning: String? = nil) {
        self.bytes = range.map { bytes[$0] }
        self.meaning = meaning
    }
}
