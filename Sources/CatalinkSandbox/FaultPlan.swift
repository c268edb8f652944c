import CatalinkCore
import CatalinkHash
import Foundation

/// A way in which a request can go wrong.
package enum SandboxFault: String, Sendable, CaseIterable {
    /// The connection is closed and nothing is done.
    case cutBefore = "cut-before"
    /// It is done, and the connection closed before the answer.
    case cutAfter = "cut-after"
    /// 500, and nothing is done.
    case errorBefore = "error-before"
    /// 500, though it is done.
    case errorAfter = "error-after"
    /// It is done, and answered with 201 and a body that nobody can read.
    case garbage
    /// A 429 out of turn.
    case throttle
    /// No answer until the client gives up, and nothing is done.
    case stall
    /// No answer until the client gives up, though it is done.
    case stallAfter = "stall-after"
    /// 403 with a page of something in between that objects to this one request; nothing is done.
    case firewall
    /// 200 with a page of a proxy, and nothing is done.
    case html
    /// 307 to where nobody listens, and nothing is done.
    case redirect
    /// 503, and nothing is done.
    case unavailable
    /// 401 as for a revoked key, and nothing is done.
    case revoked
    /// It is done, and answered with another amount.
    case wrongEcho = "wrong-echo"
}

/// Which requests fail how. Chosen by a digest of the seed and the request, so that a run repeats exactly, in whatever
/// order its requests arrive.
package struct FaultPlan: Sendable {
    /// A line of a script: the `nth` request that it matches fails so.
    package struct Line: Sendable, Equatable {
        package enum Selector: Sendable, Equatable {
            case any
            case method(String)
            case slug(String)
        }

        package var selector: Selector
        package var nth: Int
        package var fault: SandboxFault
    }

    package private(set) var shares: [(fault: SandboxFault, share: Double)] = []
    package private(set) var lines: [Line] = []
    package private(set) var latency: ClosedRange<Duration>?

    package init() {}

    package var isEmpty: Bool { shares.isEmpty && lines.isEmpty && latency == nil }

    /// Adds what one `--fault` says: `cut-after=10%`, `cut-after=0.1`, `cut-after@3` for the third `POST`, or
    /// `latency=5ms..80ms`.
    package mutating func add(_ text: String) throws(SandboxError) {
        let failure = SandboxError(
            message: "--fault: expected NAME=SHARE, NAME@NUMBER or latency=5ms..80ms, with NAME one of "
                + "\(SandboxFault.allCases.map(\.rawValue).joined(separator: ", ")), got: \(text)")
        if let at = text.firstIndex(of: "@") {
            guard let fault = SandboxFault(rawValue: String(text[..<at])),
                let nth = Int(text[text.index(after: at)...]),
                nth >= 1
            else { throw failure }
            lines.append(Line(selector: .method("POST"), nth: nth, fault: fault))
            return
        }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw failure }
        if parts[0] == "latency" {
            guard let range = Self.latency(parts[1]) else { throw failure }
            latency = range
        } else {
            guard let fault = SandboxFault(rawValue: parts[0]), let share = Self.share(parts[1]),
                shares.reduce(share, { $0 + $1.share }) <= 1
            else { throw failure }
            shares.append((fault, share))
        }
    }

    private static func share(_ text: String) -> Double? {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text) else { return nil }
        let share = isPercent ? number / 100 : number
        return (0...1).contains(share) ? share : nil
    }

    private static func latency(_ text: String) -> ClosedRange<Duration>? {
        let ends = text.components(separatedBy: "..").map { Duration(written: $0) }
        guard let first = ends.first, let low = first, ends.count <= 2, let high = ends[ends.count - 1],
            low <= high
        else {
            return nil
        }
        return low...high
    }

    /// Adds a script: a line `SELECTOR NTH FAULT` for each request that is to fail, where the selector is `any`, `post`,
    /// `get`, `put` or `slug:NAME`.
    package mutating func add(script path: String) throws(SandboxError) {
        for line in try WordFile(path, kind: "a fault script").lines {
            let words = line.words
            guard words.count == 3, let selector = Self.selector(words[0]), let nth = Int(words[1]), nth >= 1,
                let fault = SandboxFault(rawValue: words[2])
            else {
                throw SandboxError(
                    message:
                        "\(line.place): expected SELECTOR NTH FAULT such as `slug:mug 1 cut-after`, got: "
                        + line.text.quoted)
            }
            lines.append(Line(selector: selector, nth: nth, fault: fault))
        }
    }

    private static func selector(_ word: String) -> Line.Selector? {
        switch word.lowercased() {
        case "any": .any
        case "post", "get", "put": .method(word.uppercased())
        case let slug where slug.hasPrefix("slug:") && slug.count > 5: .slug(String(word.dropFirst(5)))
        default: nil
        }
    }

    /// Two numbers in 0 ..< 1 that belong to a request: one decides the fault, one the latency.
    static func lots(seed: Int, _ request: String) -> (fault: Double, latency: Double) {
        let bytes = SHA256.digest(of: Array("\(seed) \(request)".utf8)).bytes
        func lot(_ start: Int) -> Double {
            let bits = bytes[start..<(start + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Double(bits >> 11) / Double(UInt64(1) << 53)
        }
        return (lot(0), lot(8))
    }

    func fault(byLot lot: Double) -> SandboxFault? {
        var edge = 0.0
        for (fault, share) in shares {
            edge += share
            if lot < edge { return fault }
        }
        return nil
    }

    func delay(byLot lot: Double) -> Duration? {
        latency.map { $0.lowerBound + ($0.upperBound - $0.lowerBound) * lot }
    }
}
