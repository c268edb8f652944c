package import CatalinkCore

/// What a record is given beside what it has in its catalog.
package struct CopyNotes: Sendable {
    /// Members of the record, in their order.
    package var members: [(name: String, text: [UInt8])]
    /// What columns took from elsewhere in the catalog; each catalog has the same columns here, in one order.
    package var given: [(column: String, text: [UInt8])]

    package init(members: [(name: String, text: [UInt8])], given: [(column: String, text: [UInt8])]) {
        self.members = members
        self.given = given
    }

    var hasGiven: Bool { given.contains { !$0.text.isEmpty } }
}

/// A catalog that is made of some records of others, each whole, at the same path; lives on one thread.
package protocol CatalogCopy: AnyObject {
    /// Adds a record; files and records come in the order in which they are read.
    ///
    /// - Parameters:
    ///   - number: in its file, from 1.
    /// - Returns: `false` for a record that the copy cannot hold: one beyond `limits.record`, a second one where only
    ///   one can be.
    func add(_ number: Int, of file: String, _ notes: CopyNotes) throws(CatalogError) -> Bool
    func end()
    /// What was written since it was last taken.
    func take() -> [UInt8]
}

extension CatalogError {
    /// A file that was read to its end before, and now is not what it was.
    static func otherFile(_ name: String) -> CatalogError {
        CatalogError(at: name, expected: "the same file as before", got: "one that has changed")
    }
}
