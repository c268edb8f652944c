/// How far a catalog may go; beyond, it is refused with the place where it did.
package struct ReadLimits: Sendable, Equatable {
    /// Bytes of one field.
    package var fieldSize = 8 * 1024 * 1024
    /// Bytes of one record, all fields together.
    package var recordSize = 16 * 1024 * 1024
    /// Columns of a header.
    package var columns = 16_384
    /// Elements, mappings and lists that are open at once.
    package var depth = 128
    /// Bytes of a name of XML, YAML and JSON.
    package var nameSize = 4096
    /// Names of the mappings of YAML and JSON that are open, all together; so many take 64 MiB. No job changes it.
    package var openNames = 1 << 22
    /// How many times its own size a gzip file may unpack to.
    package var packingRatio = 1000
    /// Bytes that a gzip file may unpack to.
    package var unpackedSize = 1024 * 1024 * 1024 * 1024

    package init() {}

    /// No field, record or name may be larger, whatever a job says: places in a batch have 32 bits.
    package static let largestSize = 1 << 30

    /// What a message says of a limit that a catalog has passed.
    static func hint(_ name: String) -> String {
        "`source.limits: {\(name): …}` allows more"
    }
}

/// What is said of a catalog's bytes before they are text.
package struct InputSettings: Sendable {
    /// `nil`: by byte order mark or declaration, else UTF-8.
    package var encoding: TextEncoding?
    package var limits = ReadLimits()
    /// Whether whoever reads a message can give an encoding; not so for a job file itself.
    package var canBeGivenEncoding = true

    package init() {}
}

extension Int {
    /// `16 MiB`, `64 KiB` or `100 bytes`.
    var inBytes: String {
        let (mebibyte, kibibyte) = (1_048_576, 1024)
        if self >= mebibyte, isMultiple(of: mebibyte) { return "\(self / mebibyte) MiB" }
        if self >= kibibyte, isMultiple(of: kibibyte) { return "\(self / kibibyte) KiB" }
        return "\(self) bytes"
    }
}
