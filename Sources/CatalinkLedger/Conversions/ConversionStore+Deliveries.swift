package import CatalinkCore
package import CatalinkHash
import Foundation
import GRDB

/// The payments of one delivery.
package struct ReceivedDelivery: Sendable {
    /// What it is known by.
    package var key: ShortDigest
    package var body: ShortDigest
    /// Its payments among all that are received together.
    package var rows: Range<Int>
    /// Whether every payment in it could be taken; of others the sender may send another body under the same id.
    package var isWhole: Bool

    package init(key: ShortDigest, body: ShortDigest, rows: Range<Int>, isWhole: Bool) {
        self.key = key
        self.body = body
        self.rows = rows
        self.isWhole = isWhole
    }
}

package enum DeliveryResult: Sendable {
    case recorded(ConversionsAdded)
    /// Its id came with another body before; nothing of it is recorded.
    case replaced
}

extension ConversionStore {
    /// Records what deliveries bring, all in one transaction, and that they came.
    package func receive(
        _ deliveries: [ReceivedDelivery], _ rows: MatchedConversions, at now: Timestamp
    ) throws -> [DeliveryResult] {
        try recording(rows) { recorder in
            let database = recorder.database
            return try deliveries.map { delivery in
                let earlier = try Data.fetchOne(
                    try database.cachedStatement(sql: "SELECT body FROM delivery WHERE id = ?"),
                    arguments: [Data(delivery.key.bytes)])
                if let earlier, earlier != Data(delivery.body.bytes) { return .replaced }
                let added = try recorder.add(delivery.rows)
                // What brings nothing new may be a replay under another name, which must not take that name.
                if earlier == nil, delivery.isWhole, added.conflicts.isEmpty, added.new > 0 {
                    try database.cachedStatement(
                        sql: "INSERT INTO delivery (id, body, received_at) VALUES (?, ?, ?)"
                    ).execute(
                        arguments: [
                            Data(delivery.key.bytes), Data(delivery.body.bytes), now.milliseconds,
                        ])
                }
                return .recorded(added)
            }
        }
    }

    /// Forgets that deliveries came that no sender sends again; their payments stay.
    package func forgetDeliveries(before moment: Timestamp) throws {
        try telling {
            try database.write { database in
                try database.execute(
                    sql: "DELETE FROM delivery WHERE received_at < ?", arguments: [moment.milliseconds])
            }
        }
    }
}
