/// What bytes that are no text in the encoding they were read as may be; only ever a suggestion.
enum EncodingGuess: Equatable {
    case utf8
    /// UTF-8 with a few wrong bytes in it.
    case spoiltUTF8
    case named(String)
    case unknown

    /// - Parameter sample: bytes around the wrong one; as many are looked at as are given.
    init(of sample: [UInt8], readAs encoding: TextEncoding) {
        let sequences = UTF8Tally(sample)
        if encoding.width > 1 {
            self = .unknown
        } else if encoding == .utf8, sequences.valid > 0, sequences.valid >= sequences.invalid {
            self = .spoiltUTF8
        } else if encoding != .utf8, sequences.valid > 0, sequences.invalid == 0 {
            self = .utf8
        } else if let relative = encoding.windowsRelative, Self.decodes(sample, as: relative) {
            self = .named(relative)
        } else if let wide = WideSign.of(sample) {
            self = .named(wide.name)
        } else {
            self = EncodingCandidate.best(for: sample, except: encoding.name).map(Self.named) ?? .unknown
        }
    }

    func hint(for found: FoundEncoding) -> String {
        switch self {
        case .utf8:
            found.source == .given
                ? "the text is UTF-8: leave `encoding:` out" : "the text is UTF-8: say `encoding: utf-8`"
        case .spoiltUTF8: "the text around is UTF-8: the export has cut or spoilt a character here"
        case .named(let name) where found.canBeGiven: "it may be \(name): say `encoding: \(name)`"
        case .named, .unknown:
            found.canBeGiven ? "save the export as UTF-8, or say its `encoding:`" : "save it as UTF-8"
        }
    }

    private static func decodes(_ sample: [UInt8], as name: String) -> Bool {
        EncodingCandidate.text(of: sample, as: name) != nil
    }
}

/// How many characters beyond ASCII are whole UTF-8, and how many bytes belong to none.
private struct UTF8Tally {
    var valid = 0
    var invalid = 0

    init(_ bytes: [UInt8]) {
        let whole = UTF8Decoder.wholeLength(bytes.span)
        var start = 0
        while start < whole {
            var end = whole
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: bytes.span.extracting(start..<whole))
            } catch {
                end = start + error.byteOffsets.lowerBound
                invalid += 1
            }
            for index in start..<end where bytes[index] >= 0xC2 { valid += 1 }
            start = end + 1
        }
    }
}
