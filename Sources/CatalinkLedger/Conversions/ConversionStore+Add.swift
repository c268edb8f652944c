package import CatalinkCore
import GRDB

/// What became of rows that were to be recorded.
package struct ConversionsAdded: Sendable {
    /// A row whose id was recorded with other contents.
    package struct Conflict: Sendable {
        /// Among the rows that were given.
        package var index: Int
        /// What was recorded, for people.
        package var recorded: String
    }

    package var new = 0
    package var known = 0
    package var conflicts: [Conflict] = []
}

extension ConversionStore {
    /// Records those that are not known, all in one transaction.
    package func add(_ rows: MatchedConversions) throws -> ConversionsAdded {
        try recording(rows) { try $0.add(0..<rows.count) }
    }

    /// Writes in one transaction.
    func recording<Value>(
        _ rows: MatchedConversions, _ body: (inout ConversionRecorder) throws -> Value
    ) throws -> Value {
        try telling {
            do {
                return try database.write { database in
                    var recorder = try ConversionRecorder(database, rows, links)
                    return try body(&recorder)
                }
            } catch {
                // Numbers of what is rolled back may be given to others.
                try database.read { _ in links.removeAll() }
                throw error
            }
        }
    }

    /// Which of these rows are recorded with other contents, or not at all; records nothing.
    ///
    /// - Returns: their numbers with what is recorded under their ids, for people.
    package func unsettled(_ rows: MatchedConversions) throws -> [(row: Int, recorded: String?)] {
        try telling {
            try database.read { database in
                var recorder = try ConversionRecorder(database, rows, links)
                return try recorder.unsettled()
            }
        }
    }
}
