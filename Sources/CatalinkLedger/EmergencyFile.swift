import CatalinkCore
import Foundation
import Glibc

/// Takes outcomes that have happened when the disk takes no more: a file beside the ledger whose room was set aside
/// when the run began. The next start reads it.
struct EmergencyFile: Sendable {
    let path: String
    /// Some thousand outcomes: more than can be on their way at once.
    private static let reserved = 2 * 1024 * 1024

    init(besideLedger ledger: String) {
        path = (ledger as NSString).deletingLastPathComponent + "/emergency.jsonl"
    }

    /// Sets the room aside, where it is not yet.
    func reserve() throws {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("to keep room for outcomes") }
        defer { close(descriptor) }
        let problem = posix_fallocate(descriptor, 0, off_t(Self.reserved))
        guard problem == 0 else {
            errno = problem
            throw failure("room on the disk for \(Self.reserved / 1024) KiB of outcomes")
        }
    }

    func append(_ outcomes: [OutcomeRecord]) throws {
        guard !outcomes.isEmpty else { return }
        let lines = outcomes.compactMap(Self.line).flatMap { $0 + [UInt8(ascii: "\n")] }
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw failure("to write outcomes to it") }
        defer { close(descriptor) }
        let end = try contents().count
        guard unsafe pwrite(descriptor, lines, lines.count, off_t(end)) == lines.count, fsync(descriptor) == 0
        else {
            throw failure("to write outcomes to it")
        }
    }

    func read() throws -> [SettledAttempt] {
        try contents().split(separator: UInt8(ascii: "\n")).compactMap { line in
            // The last line may have been cut by a power failure: its attempt stays unknown, and heals.
            (try? JSONValue(parsing: Array(line))).flatMap(SettledAttempt.init(json:))
        }
    }

    /// Empties it and sets the room aside again.
    func clear() throws {
        guard try !contents().isEmpty else { return }
        guard unsafe truncate(path, 0) == 0 else { throw failure("to empty it") }
        try reserve()
    }

    /// What has been written; the rest of the reserved room is zeros.
    private func contents() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return Array(data.prefix { $0 != 0 })
    }

    private func failure(_ expected: String) -> LedgerError {
        LedgerError("\(path): expected \(expected), got: \(unsafe String(cString: strerror(errno)))")
    }

    private static func line(_ outcome: OutcomeRecord) -> [UInt8]? {
        outcome.work.number.map { number in
            SettledAttempt(
                number: number, generation: outcome.work.generation, attempt: outcome.work.attempt,
                send: outcome.work.sends, outcome
            ).json.bytes
        }
    }
}

extension SettledAttempt {
    fileprivate var json: JSONValue {
        .object([
            ("item", .integer(number)), ("generation", .integer(generation)), ("try", .integer(attempt)),
            ("n", .integer(send)), ("outcome", .string(outcome.rawValue)),
            ("at", .integer(Int(at.milliseconds))), ("sent", .bool(sent)),
            ("status", status.map(JSONValue.integer) ?? .null), ("message", .optional(message)),
            ("state", .optional(state?.rawValue)), ("link", .optional(link?.id)),
            ("url", .optional(link?.url)),
            ("mismatch", .optional(link?.mismatch)),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let number = json["item"]?.integer, let generation = json["generation"]?.integer,
            let attempt = json["try"]?.integer, let send = json["n"]?.integer,
            let outcome = (json["outcome"]?.string).flatMap(AttemptOutcome.init),
            let at = json["at"]?.integer, case .bool(let sent)? = json["sent"]
        else { return nil }
        let link = (json["link"]?.string).map {
            LinkFacts(id: $0, url: json["url"]?.string, mismatch: json["mismatch"]?.string)
        }
        self.init(
            number: number, generation: generation, attempt: attempt, send: send, outcome: outcome,
            at: Timestamp(milliseconds: Int64(at)), sent: sent, status: json["status"]?.integer,
            message: json["message"]?.string, link: link,
            state: (json["state"]?.string).flatMap(ItemState.init))
    }
}
