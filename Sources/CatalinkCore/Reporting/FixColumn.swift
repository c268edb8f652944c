/// What a fix file has beside the columns of its catalog.
package enum FixColumn: String, Sendable, CaseIterable {
    /// The item that the row was when it had a key.
    case item = "_item"
    case problem = "_problem"
    case field = "_field"
    case place = "_place"

    /// Where a record of nested formats has what its columns took from elsewhere in the catalog.
    package static let given = "_given"

    /// Whether a member of a record comes from an earlier fix file.
    package static func isOne(_ name: [UInt8]) -> Bool {
        guard name.first == UInt8(ascii: "_") else { return false }
        return name == Array(given.utf8) || FixColumn(rawValue: name.text) != nil
    }
}
