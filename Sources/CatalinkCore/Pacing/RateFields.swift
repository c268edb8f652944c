/// Reads the header lines of one answer that speak of rate and time, in every family that is in use.
///
/// `X-RateLimit-*` with Unix seconds, `RateLimit-*` with seconds from now, the structured `RateLimit` and
/// `RateLimit-Policy`, `Retry-After` in either form, and `Date`. What cannot be read is as if it were absent.
package struct RateFields: Sendable {
    private enum RetryAfter {
        case seconds(Int)
        case date(Timestamp)
    }

    private var dated = RateHeaders.Window(limit: nil, remaining: nil, reset: nil)
    private var relative = RateHeaders.Window(limit: nil, remaining: nil, reset: nil)
    private var policies: [StructuredRate] = []
    private var structured: [StructuredRate] = []
    private var retry: RetryAfter?
    /// The `Date` of the answer, in whole seconds, rounded down.
    package private(set) var serverDate: Timestamp?
    private static let longestWait = 86_400
    /// A smaller reset is no time of this century: it counts from now.
    private static let firstUnixTime = 1_000_000_000

    package init() {}

    /// What the windows of the answer are; `nil` when it says nothing of them.
    package var headers: RateHeaders? {
        var windows = [dated, relative].filter { $0.limit != nil || $0.remaining != nil }
        for item in structured {
            let policy = policies.first { $0.name == item.name }
            windows.append(item.window(policy))
        }
        for policy in policies where !structured.contains(where: { $0.name == policy.name }) {
            windows.append(policy.window(policy))
        }
        return windows.isEmpty ? nil : RateHeaders(windows)
    }

    /// How long the server wants to be left alone, at most a day.
    ///
    /// - Parameter now: the time of receipt by the wall, against which a date is read when the answer has none itself.
    package func retryAfter(receivedAt now: Timestamp) -> Duration? {
        switch retry {
        case .seconds(let seconds): .seconds(min(seconds, Self.longestWait))
        case .date(let date):
            min(max(date.since(serverDate ?? now), .zero), .seconds(Self.longestWait))
        case nil: nil
        }
    }

    /// Takes one header line, with or without its line end.
    package mutating func take(_ line: some BidirectionalCollection<UInt8>) {
        // A new status line begins another answer's headers (100 Continue and the like).
        if line.starts(with: "HTTP/".utf8) { self = RateFields() }
        guard let first = line.first, "XxRrDd".utf8.contains(first),
            let colon = line.firstIndex(of: UInt8(ascii: ":"))
        else { return }
        var value = Array(line[line.index(after: colon)...])
        value.trim()
        switch String(decoding: line[..<colon].map(\.lowercased), as: UTF8.self) {
        case "date": serverDate = Timestamp(httpDate: value)
        case "retry-after":
            retry = Int(digits: value).map { .seconds($0) } ?? Timestamp(httpDate: value).map { .date($0) }
        case "x-ratelimit-limit": dated.limit = Self.leading(value)
        case "x-ratelimit-remaining": dated.remaining = Self.leading(value)
        case "x-ratelimit-reset": dated.reset = Self.leading(value).flatMap(Self.reset)
        case "ratelimit-limit": relative.limit = Self.leading(value)
        case "ratelimit-remaining": relative.remaining = Self.leading(value)
        case "ratelimit-reset": relative.reset = Self.leading(value).flatMap(Self.reset)
        case "ratelimit-policy": policies += StructuredRate.items(value)
        case "ratelimit": structured += StructuredRate.items(value)
        default: break
        }
    }

    /// The number before a fraction, a list or parameters.
    private static func leading(_ value: [UInt8]) -> Int? {
        Int(digits: value.prefix { $0.isDigit })
    }

    private static func reset(_ number: Int) -> RateHeaders.Reset? {
        switch number {
        case ..<firstUnixTime: .after(.seconds(number))
        case ..<(firstUnixTime * 100): .at(Timestamp(seconds: Int64(number)))
        case ..<(firstUnixTime * 100_000): .at(Timestamp(milliseconds: Int64(number)))
        default: nil
        }
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 {
        (0x41...0x5A).contains(self) ? self | 0x20 : self
    }
}
