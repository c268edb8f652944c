import Foundation

/// Makes slugs of lower-case letters, digits and single inner hyphens.
package enum Slug {
    package static func make(from text: [UInt8]) -> [UInt8] {
        let bytes = text.isASCII ? text : folded(text)
        var slug: [UInt8] = []
        slug.reserveCapacity(bytes.count)
        for byte in bytes {
            let lower = byte.asciiLowercased
            if lower.isDigit || lower.isASCIILetter {
                slug.append(lower)
            } else if let last = slug.last, last != UInt8(ascii: "-"), byte != UInt8(ascii: "'") {
                slug.append(UInt8(ascii: "-"))
            }
        }
        if slug.last == UInt8(ascii: "-") { slug.removeLast() }
        return slug
    }

    /// Latin letters without their marks; letters of other scripts become separators.
    private static func folded(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            if scalar.isASCII {
                bytes.append(UInt8(scalar.value))
            } else if let letters = letters[scalar] {
                bytes.append(contentsOf: letters.utf8)
            } else if !scalar.properties.isDiacritic, scalar.properties.generalCategory != .nonspacingMark {
                bytes.append(UInt8(ascii: "-"))
            }
        }
        return bytes
    }

    /// Letters that do not decompose.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d",
        "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "’": "'",
    ]
}
