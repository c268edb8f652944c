/// Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
struct UTF8Decoder: TextDecoder {
    func decode(_ bytes: Span<UInt8>, isLast: Bool, into text: inout [UInt8]) -> Decoded {
        let whole = isLast ? bytes.count : Self.wholeLength(bytes)
        var fault: TextFault?
        var valid = whole
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.extracting(0..<whole))
        } catch {
            valid = Self.begin(of: error, in: bytes)
            fault = TextFault(bytes, valid..<(valid + 1))
        }
        bytes.extracting(0..<valid).withUnsafeBytes { source in
            text.withUnsafeMutableBytes { $0.copyMemory(from: source) }
        }
        return Decoded(consumed: valid, produced: valid, fault: fault)
    }

    /// How many bytes are left when a sequence that the end cuts is left out.
    static func wholeLength(_ bytes: Span<UInt8>) -> Int {
        let count = bytes.count
        for back in 1...3 where back <= count {
            let byte = bytes[count - back]
            if byte & 0xC0 == 0x80 { continue }
            return length(ofSequence: byte) > back ? count - back : count
        }
        return count
    }

    private static func length(ofSequence lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    /// Where the sequence begins; the second byte is named where only it makes the first wrong.
    private static func begin(of error: UTF8.ValidationError, in bytes: Span<UInt8>) -> Int {
        let offset = error.byteOffsets.lowerBound
        let isSecond = offset > 0 && bytes[offset] & 0xC0 == 0x80 && bytes[offset - 1] >= 0xE0
        return isSecond ? offset - 1 : offset
    }
}
