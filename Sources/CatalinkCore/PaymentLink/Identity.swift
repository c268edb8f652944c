import CatalinkHash

/// What the ledger knows a row by, within its job.
package struct ItemKey: Sendable, Hashable {
    /// NFC, trimmed, compared as bytes.
    package var key: [UInt8]
    package var segment: [UInt8]

    package init(key: [UInt8], segment: [UInt8]) {
        self.key = key
        self.segment = segment
    }
}

extension ItemKey {
    /// The item's part of its markers.
    package var markerDigest: String {
        var hasher = SHA256()
        hasher.update(part: key)
        hasher.update(part: segment)
        return String(hasher.finish().hexadecimal.prefix(24))
    }
}

extension ItemKey {
    /// `"SKU-1"`, or `"SKU-1" (premium)`
    package var shown: String {
        key.text.quoted + (segment.isEmpty ? "" : " (\(segment.text.shown()))")
    }
}

/// Who a ledger belongs to, and every name that follows from it: markers and idempotency keys.
package struct Identity: Sendable, Equatable {
    /// The target's origin: `sandbox`, `api.devdraft.ai`, `127.0.0.1-8787` …
    package var origin: String
    /// The name of the job's credentials.
    package var account: String
    package var job: String

    package init(origin: String, account: String, job: String) {
        self.origin = origin
        self.account = account
        self.job = job
    }

    /// The job's part of every marker.
    package var jobDigest: String {
        var hasher = SHA256()
        hasher.update(part: account)
        hasher.update(part: job)
        return String(hasher.finish().hexadecimal.prefix(12))
    }

    /// What a request carries as `paymentForId`.
    package func marker(for item: ItemKey, generation: Int) -> Marker {
        Marker(job: jobDigest, item: item.markerDigest, generation: generation)
    }

    /// A version-4 UUID made of the item, its content and its try alone: the same row gives the same key even when
    /// the ledger is lost.
    package func idempotencyKey(for item: ItemKey, generation: Int, attempt: Int, body: [UInt8])
        -> IdempotencyKey
    {
        var hasher = SHA256()
        hasher.update(body)
        let bodyDigest = hasher.finish()
        for part in ["catalink/1", origin, account, job] { hasher.update(part: part) }
        hasher.update(part: item.key)
        hasher.update(part: item.segment)
        hasher.update(part: String(generation))
        hasher.update(part: String(attempt))
        hasher.update(part: bodyDigest.bytes)
        return IdempotencyKey(digest: hasher.finish())
    }
}

/// The 16 bytes of an idempotency key; RFC 9562 version 4, variant 10.
package struct IdempotencyKey: Sendable, Hashable {
    package let bytes: [UInt8]

    init(digest: Digest) {
        var bytes = Array(digest.bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.bytes = bytes
    }

    /// `nil` unless there are 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// `xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx`
    package var uuid: String {
        let digits = Array(bytes.hexadecimal)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(digits[$0]) }.joined(separator: "-")
    }
}

extension SHA256 {
    /// Length first, so that no two lists of parts give the same bytes.
    fileprivate mutating func update(part bytes: [UInt8]) {
        let length = UInt64(bytes.count)
        update((0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(56 - $0 * 8)) })
        update(bytes)
    }

    fileprivate mutating func update(part text: String) {
        update(part: Array(text.utf8))
    }
}
