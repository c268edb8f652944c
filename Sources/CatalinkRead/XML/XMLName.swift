import CatalinkCore

/// A name as libxml2 gives it. Its parts are interned, so that within a document equal names are equal pointers.
struct XMLName: Equatable {
    let local: UnsafePointer<UInt8>
    let prefix: UnsafePointer<UInt8>?
    let uri: UnsafePointer<UInt8>?

    @inline(__always)
    static func == (one: XMLName, other: XMLName) -> Bool {
        one.local == other.local && one.uri == other.uri && one.prefix == other.prefix
    }
}

/// An element's attributes as libxml2 gives them: local name, prefix, URI, begin and end of the value.
struct XMLAttributes {
    let base: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    let count: Int

    /// `nil` for what is no attribute; libxml2 gives none such.
    @inline(__always)
    subscript(index: Int) -> (name: XMLName, value: UnsafeBufferPointer<UInt8>)? {
        guard let base, let local = base[index * 5], let start = base[index * 5 + 3],
            let end = base[index * 5 + 4]
        else { return nil }
        return (
            XMLName(local: local, prefix: base[index * 5 + 1], uri: base[index * 5 + 2]),
            UnsafeBufferPointer(start: start, count: end - start)
        )
    }
}

/// How names are compared and shown: by the job's prefix for a URI, else as the document writes them.
struct XMLNaming {
    private let bindings: [(prefix: [UInt8], uri: [UInt8])]

    /// - Parameter namespaces: URIs by prefix.
    init(_ namespaces: [String: String]) {
        bindings = namespaces.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), Array($0.value.utf8)) }
    }

    /// `nil` for a name whose prefix means one URI to the job and another to the document.
    func text(of name: XMLName) -> [UInt8]? {
        let local = [UInt8](terminated: name.local)
        let uri = name.uri.map { [UInt8](terminated: $0) }
        if let bound = bindings.first(where: { $0.uri == uri }) { return join(bound.prefix, local) }
        guard let prefix = name.prefix.map({ [UInt8](terminated: $0) }) else { return local }
        // `xml:lang` needs no declaration, and no job can mean another by it.
        guard !bindings.contains(where: { $0.prefix == prefix }) else { return nil }
        return join(prefix, local)
    }

    /// What is wrong with a name that has no text.
    func complaint(about name: XMLName) -> (prefix: String, expected: String, got: String)? {
        guard let prefix = name.prefix.map({ [UInt8](terminated: $0) }),
            let uri = name.uri.map({ [UInt8](terminated: $0) }),
            let bound = bindings.first(where: { $0.prefix == prefix })
        else { return nil }
        return (prefix.text, bound.uri.text, uri.text)
    }

    private func join(_ prefix: [UInt8], _ local: [UInt8]) -> [UInt8] {
        prefix.isEmpty ? local : prefix + [UInt8(ascii: ":")] + local
    }
}

extension [UInt8] {
    /// The bytes up to the next zero.
    init(terminated start: UnsafePointer<UInt8>) {
        var count = 0
        while start[count] != 0 { count += 1 }
        self.init(UnsafeBufferPointer(start: start, count: count))
    }
}
