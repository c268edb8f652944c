/// A field that holds several values, as columns such as `picture[*]` and `images/*` do.
package enum ListField {
    /// Stands between the values: ASCII's unit separator.
    package static let separator: UInt8 = 0x1F

    /// Whether a column of this name holds several values.
    package static func isNamed(_ column: String) -> Bool {
        column.contains("[*]") || column.split(separator: "/").contains("*")
    }

    static func parts(of field: Span<UInt8>) -> [[UInt8]] {
        guard !field.isEmpty else { return [] }
        var parts: [[UInt8]] = [[]]
        for index in 0..<field.count {
            if field[index] == separator {
                parts.append([])
            } else {
                parts[parts.count - 1].append(field[index])
            }
        }
        return parts
    }
}
