/// What whole values become, for the `map` filter.
package struct ValueMap: Sendable, Equatable {
    private var values: [[UInt8]: [UInt8]] = [:]
    /// In the order of the template, for messages.
    private var known: [[UInt8]] = []
    private var other: [UInt8]?

    /// - Parameter pairs: `old=new` each, parted at the first `=`; `*=new` is for all that is not listed.
    init(_ pairs: [String]) throws(TemplateError) {
        for pair in pairs {
            let parts = pair.utf8.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw TemplateError(expected: "`map: 'old=new'`", got: pair.quoted)
            }
            let (old, new) = (Self.trimmed(parts[0]), Self.trimmed(parts[1]))
            let isNew: Bool
            if old == [UInt8(ascii: "*")] {
                isNew = other == nil
                other = new
            } else {
                isNew = values.updateValue(new, forKey: old) == nil
                known.append(old)
            }
            guard isNew else {
                throw TemplateError(expected: "each value of `map` once", got: old.text.quoted + " twice")
            }
        }
    }

    /// What the value, without blanks around it, becomes. Nothing stays nothing unless it is listed.
    func value(of text: [UInt8]) throws(FilterFailure) -> [UInt8] {
        var trimmed = text
        trimmed.trim()
        if let value = values[trimmed] ?? other { return value }
        guard !trimmed.isEmpty else { return [] }
        let names = known.map(\.text)
        throw FilterFailure(
            expected: names.prefix(12).map { $0.quoted }.joined(separator: ", ")
                + (names.count > 12 ? " …" : ""),
            got: trimmed.text.quoted,
            hint: NearestName.nearest(to: trimmed.text, among: names).map { "did you mean \($0.quoted)?" })
    }

    private static func trimmed(_ text: Substring.UTF8View) -> [UInt8] {
        var bytes = Array(text)
        bytes.trim()
        return bytes
    }
}
