import CatalinkCore

/// The sandbox's own pages, and the outage that one of them begins.
extension SandboxState {
    /// `nil` for a route that is none of them.
    mutating func ownPage(_ route: SandboxRoute, at now: Timestamp) -> SandboxAnswer? {
        switch route {
        case .statistics: return SandboxAnswer(status: 200, body: statistics(at: now))
        case .links: return SandboxAnswer(status: 200, bytes: allLinks(at: now))
        case .posts(let least): return SandboxAnswer(status: 200, body: posts.counts(ofAtLeast: least))
        case .publicHealth:
            return isOut(at: now)
                ? .unavailable : SandboxAnswer(status: 200, body: .object([("status", .string("ok"))]))
        case .reset:
            reset()
            return .done
        case .outage(let seconds):
            guard let seconds else {
                return .error(400, "seconds must be a whole number from 0 to 86400", "Bad Request")
            }
            outageEnd = now + .seconds(seconds)
            return .done
        case .revoke(let key, let status):
            return revoke(key, status: status) ? .done : .error(404, "No such client key", "Not Found")
        default: return nil
        }
    }

    /// Whether every request gets 503 now.
    func isOut(at now: Timestamp) -> Bool {
        outageEnd.map { now < $0 } ?? false
    }
}

/// How many creates came in for each idempotency key, whatever became of them: 16 bytes and a count a key.
struct SandboxPosts: Sendable {
    private struct Key: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private var counts: [Key: Int32] = [:]

    /// What is no UUID is not counted; it gets no further than the door.
    mutating func note(_ key: String?) {
        guard let key, let number = Self.number(key) else { return }
        counts[number, default: 0] += 1
    }

    func counts(ofAtLeast least: Int) -> JSONValue {
        let members = counts.filter { $0.value >= least }.map {
            (name: Self.text($0.key), value: JSONValue.integer(Int($0.value)))
        }
        return .object(members.sorted { $0.name < $1.name })
    }

    private static func number(_ text: String) -> Key? {
        var key = Key(high: 0, low: 0)
        var digits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard let digit = byte.hexadecimalValue, digits < 32 else { return nil }
            key.high = key.high << 4 | key.low >> 60
            key.low = key.low << 4 | UInt64(digit)
            digits += 1
        }
        return digits == 32 ? key : nil
    }

    private static func text(_ key: Key) -> String {
        let digits = [key.high, key.low].flatMap { half in
            stride(from: 60, through: 0, by: -4).map { String(half >> UInt64($0) & 15, radix: 16) }
        }
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { digits[$0].joined() }.joined(separator: "-")
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
