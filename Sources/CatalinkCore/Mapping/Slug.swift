import CatalinkHash
import Foundation

/// Makes slugs of lower-case letters, digits and single inner hyphens.
package enum Slug {
    /// - Parameter ofAnyScript: whether a text that loses letters ends in eight digits of its SHA-256, so that it has
    ///   a slug, and one that other texts have not.
    package static func make(from text: [UInt8], ofAnyScript: Bool = false) -> [UInt8] {
        if text.isASCII { return plain(text) }
        let (bytes, isLossy) = folded(text)
        let slug = plain(bytes)
        guard ofAnyScript, isLossy else { return slug }
        return slug + (slug.isEmpty ? [] : [UInt8(ascii: "-")]) + sum(of: text.trimmed)
    }

    private static func sum(of text: [UInt8]) -> [UInt8] {
        var text = text
        text.compose()
        return Array(SHA256.digest(of: text).hexadecimal.utf8.prefix(8))
    }

    private static func plain(_ bytes: [UInt8]) -> [UInt8] {
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

    /// Latin letters without their marks; letters of other scripts become separators, and then it is lossy.
    private static func folded(_ text: [UInt8]) -> (bytes: [UInt8], isLossy: Bool) {
        var bytes: [UInt8] = []
        var isLossy = false
        for scalar in text.text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            if scalar.isASCII {
                bytes.append(UInt8(scalar.value))
            } else if let letters = letters[scalar] {
                bytes.append(contentsOf: letters.utf8)
            } else if !scalar.properties.isDiacritic, scalar.properties.generalCategory != .nonspacingMark {
                bytes.append(UInt8(ascii: "-"))
                if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { isLossy = true }
            }
        }
        return (bytes, isLossy)
    }

    /// Letters that do not decompose.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d",
        "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "’": "'",
    ]
}
