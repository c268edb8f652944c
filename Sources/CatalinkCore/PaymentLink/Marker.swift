import CatalinkHash

/// What a link carries in `paymentForId`, by which it is known as this job's: digests of job and item, and the
/// generation.
package struct Marker: Sendable, Hashable {
    /// 12 hexadecimal digits of the digest of account and job.
    package var job: String
    /// 24 hexadecimal digits of the digest of key and segment.
    package var item: String
    package var generation: Int

    private static let prefix = "catalink-"

    package init(job: String, item: String, generation: Int) {
        self.job = job
        self.item = item
        self.generation = generation
    }

    /// `nil` for anything that `text` has not written.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 12, parts[1].utf8.count == 24,
            parts[0].utf8.allSatisfy(\.isHexadecimal), parts[1].utf8.allSatisfy(\.isHexadecimal),
            let generation = Int(parts[2]), generation >= 1, String(generation) == parts[2]
        else { return nil }
        self.init(job: String(parts[0]), item: String(parts[1]), generation: generation)
    }

    /// 9 + 12 + 1 + 24 + 1 + n characters.
    package var text: String { "\(Self.prefix)\(job)-\(item)-\(generation)" }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        (0x30...0x39).contains(self) || (0x61...0x66).contains(self)
    }
}
