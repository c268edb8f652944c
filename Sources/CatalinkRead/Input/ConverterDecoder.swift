import CatalinkCore
import Glibc

/// The C library's converter from one encoding to another (`iconv`).
final class Converter {
    private let handle: iconv_t

    /// `nil` when this system's C library does not know the encoding.
    init?(from encoding: String, to target: String = "UTF-8") {
        guard let opened = iconv_open(target, encoding), opened != iconv_t(bitPattern: -1) else {
            return nil
        }
        handle = opened
    }

    deinit {
        iconv_close(handle)
    }

    /// The text of a byte that stands alone; `nil` when it is none.
    func text(of byte: UInt8) -> [UInt8]? {
        var text: [UInt8] = Array(repeating: 0, count: 16)
        iconv(handle, nil, nil, nil, nil)
        let one = [byte]
        let decoded = convert(one.span, into: &text)
        guard decoded.failure == nil else { return nil }
        return Array(text[..<(decoded.produced + flush(into: &text, at: decoded.produced))])
    }

    /// - Returns: `failure` is the converter's `errno`.
    func convert(
        _ bytes: Span<UInt8>, into text: inout [UInt8]
    ) -> (consumed: Int, produced: Int, failure: Int32?) {
        bytes.withUnsafeBytes { bytes in
            text.withUnsafeMutableBytes { text in
                // The interface is older than `const`; the bytes are only read.
                var input = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?
                    .assumingMemoryBound(to: CChar.self)
                var output = text.baseAddress?.assumingMemoryBound(to: CChar.self)
                var (left, room) = (bytes.count, text.count)
                let result = iconv(handle, &input, &left, &output, &room)
                return (bytes.count - left, text.count - room, result == -1 ? errno : nil)
            }
        }
    }

    /// What the converter holds back to combine it with a character that never came.
    func flush(into text: inout [UInt8], at start: Int) -> Int {
        text.withUnsafeMutableBytes { text in
            var output = (text.baseAddress?.assumingMemoryBound(to: CChar.self)).map { $0 + start }
            var room = text.count - start
            iconv(handle, nil, nil, &output, &room)
            return text.count - start - room
        }
    }
}

/// Encodings of several bytes a character, as East Asian systems wrote them.
struct ConverterDecoder: TextDecoder {
    let converter: Converter

    func decode(_ bytes: Span<UInt8>, isLast: Bool, into text: inout [UInt8]) -> Decoded {
        var (consumed, produced, failure) = converter.convert(bytes, into: &text)
        var fault: TextFault?
        switch failure {
        case nil: break
        case EINVAL where !isLast: break
        case EINVAL: fault = TextFault(bytes, consumed..<bytes.count, TextFault.cutOff)
        default: fault = TextFault(bytes, consumed..<min(consumed + 1, bytes.count))
        }
        if isLast, fault == nil { produced += converter.flush(into: &text, at: produced) }
        return Decoded(consumed: consumed, produced: produced, fault: fault)
    }
}
