import CatalinkCore

/// A declaration of a namespace; an empty prefix is the default one's.
struct XMLNamespace: Equatable {
    var prefix: [UInt8]
    var uri: [UInt8]
}

/// A start tag without its attributes.
struct XMLCopiedTag: Equatable {
    var name: [UInt8]
    /// Those that the tag itself declares.
    var namespaces: [XMLNamespace]
}

/// An element with all that is in it, ready to be written somewhere else.
struct XMLCopiedRecord {
    var number: Int
    /// From the root down.
    var ancestors: [XMLCopiedTag] = []
    var name: [UInt8]
    /// All that hold in the record, the innermost of each prefix.
    var namespaces: [XMLNamespace]
    /// As written, each with a blank before it.
    var attributes: [UInt8] = []
    var content: [UInt8] = []
    var isTooLarge = false
}

extension [XMLNamespace] {
    mutating func declare(_ namespace: XMLNamespace) {
        removeAll { $0.prefix == namespace.prefix }
        append(namespace)
    }

    func uri(of prefix: [UInt8]) -> [UInt8] { last { $0.prefix == prefix }?.uri ?? [] }
}

extension [UInt8] {
    mutating func appendXML(_ namespace: XMLNamespace) {
        append(contentsOf: " xmlns".utf8)
        if !namespace.prefix.isEmpty {
            append(UInt8(ascii: ":"))
            append(contentsOf: namespace.prefix)
        }
        append(contentsOf: "=\"".utf8)
        appendXML(namespace.uri, isAttribute: true)
        append(UInt8(ascii: "\""))
    }

    /// Text escaped; characters that XML does not have become blanks.
    mutating func appendXML(_ text: some Sequence<UInt8>, isAttribute: Bool = false) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\"") where isAttribute: append(contentsOf: "&quot;".utf8)
            case 0x0D: append(contentsOf: "&#13;".utf8)
            case 0x0A where isAttribute: append(contentsOf: "&#10;".utf8)
            case 0x09 where isAttribute: append(contentsOf: "&#9;".utf8)
            case 0x0A, 0x09: append(byte)
            case 0..<0x20: append(0x20)
            default: append(byte)
            }
        }
    }
}
