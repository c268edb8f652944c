import CatalinkCore

/// An encoding of one byte a character that agrees with ASCII below 0x80.
struct TableDecoder: TextDecoder {
    /// UTF-8 of each byte from the lowest byte on, its length in the highest; a length of 0 is a fault.
    private let table: [UInt32]
    private static let undefined: UInt32 = 0
    private static let control: UInt32 = 1

    /// - Parameter converter: `nil` for ASCII itself.
    init(_ converter: Converter?) {
        var table = (0..<0x80).map { UInt32($0) | 1 << 24 }
        for byte in UInt8(0x80)...0xFF {
            table.append(converter.map { Self.entry(of: $0.text(of: byte)) } ?? Self.undefined)
        }
        self.table = table
    }

    private static func entry(of text: [UInt8]?) -> UInt32 {
        guard let text, (1...3).contains(text.count) else { return undefined }
        // U+0080 to U+009F: nobody writes these; they stand where another encoding has letters.
        if text.count == 2, text[0] == 0xC2, text[1] < 0xA0 { return control }
        return text.enumerated().reduce(UInt32(text.count) << 24) { entry, part in
            entry | UInt32(part.element) << UInt32(8 * part.offset)
        }
    }

    func decode(_ bytes: Span<UInt8>, isLast: Bool, into text: inout [UInt8]) -> Decoded {
        bytes.withUnsafeBytes { bytes in
            table.withUnsafeBufferPointer { table in
                text.withUnsafeMutableBytes { Self.decode(bytes, table, into: $0) }
            }
        }
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, _ table: UnsafeBufferPointer<UInt32>,
        into text: UnsafeMutableRawBufferPointer
    ) -> Decoded {
        var index = 0
        var end = 0
        while index < bytes.count {
            if index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 == 0 {
                    text.storeBytes(of: word, toByteOffset: end, as: UInt64.self)
                    index += 8
                    end += 8
                    continue
                }
            }
            let entry = table[Int(bytes[index])]
            guard entry >> 24 != 0 else {
                let meaning = entry == control ? "a control character" : nil
                let fault = TextFault(bytes: [bytes[index]], meaning: meaning)
                return Decoded(consumed: index, produced: end, fault: fault)
            }
            text.storeBytes(of: entry, toByteOffset: end, as: UInt32.self)
            index += 1
            end += Int(entry >> 24)
        }
        return Decoded(consumed: index, produced: end)
    }
}
