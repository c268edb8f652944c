import CatalinkCore
import Foundation
import Logging
import Synchronization

/// How a line of a log is written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `03:15:00.123Z warning spring: failed (item A-1, place c.csv:7, attempt 2, status 503)`.
    case text
    /// One object a line, for programs.
    case json
}

/// Where lines of a log go; what cannot be written is given up, and counted.
final class LogSink: Sendable {
    private let handle: FileHandle
    private let state = Mutex((lost: 0, failure: String?.none))

    /// Standard error.
    static let standardError = LogSink(FileHandle.standardError)

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    /// A file that lines are added to, for its owner alone.
    convenience init(path: String) throws {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw RunFailure(.unexpected, "\(path): expected to write the log, got: \(systemMessage())")
        }
        self.init(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// Why lines are missing; `nil` when none is.
    var failure: String? {
        state.withLock { state in
            state.failure.map { "expected to write every line of the log, got: \($0) (\(state.lost) lost)" }
        }
    }

    /// A line at a time, so that lines of several threads never mix.
    fileprivate func write(_ line: String) {
        state.withLock { state in
            do {
                try handle.write(contentsOf: Data((line + "\n").utf8))
            } catch {
                state.lost += 1
                state.failure = state.failure ?? error.reason
            }
        }
    }
}

/// Lines with the time in UTC to the millisecond, the level, the message and all that is known beside it.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let format: LogFormat
    private let sink: LogSink
    private let now: @Sendable () -> Timestamp

    /// In this order, before any others.
    private static let order = ["run", "job", "item", "segment", "place", "attempt", "status", "duration"]

    init(
        _ format: LogFormat, _ level: Logger.Level, to sink: LogSink, now: @escaping @Sendable () -> Timestamp
    ) {
        (self.format, logLevel, self.sink, self.now) = (format, level, sink, now)
    }

    subscript(metadataKey name: String) -> Logger.Metadata.Value? {
        get { metadata[name] }
        set { metadata[name] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let names =
            Self.order.filter { all[$0] != nil } + all.keys.filter { !Self.order.contains($0) }.sorted()
        let members = names.compactMap { name in all[name].map { (name: name, value: JSONValue($0)) } }
        switch format {
        case .json:
            let object = JSONValue.object(
                [
                    ("time", .string(now().milliseconds)), ("level", .string(event.level.rawValue)),
                    ("message", .string(event.message.description)),
                ] + members)
            sink.write(object.bytes.text)
        case .text: sink.write(text(event, members))
        }
    }

    private func text(_ event: LogEvent, _ members: [(name: String, value: JSONValue)]) -> String {
        let job = members.first { $0.name == "job" }.map { $0.value.plain + ": " } ?? ""
        let rest = members.filter { !["job", "run"].contains($0.name) }
            .map { "\($0.name) \($0.value.plain)" }.joined(separator: ", ")
        let line =
            "\(now().milliseconds) \(event.level.rawValue) \(job)\(event.message.description.shown(limit: 400))"
        return rest.isEmpty ? line : "\(line) (\(rest))"
    }
}

extension JSONValue {
    /// Whole numbers stay numbers.
    fileprivate init(_ value: Logger.MetadataValue) {
        switch value {
        case .stringConvertible(let number as Int): self = .integer(number)
        default: self = .string("\(value)")
        }
    }

    fileprivate var plain: String {
        if case .string(let text) = self { return text.shown() }
        return bytes.text
    }
}

extension Timestamp {
    /// `2026-11-21T03:15:00.123Z`
    fileprivate var milliseconds: String {
        let part = String((microseconds % 1_000_000 + 1_000_000) % 1_000_000 / 1000)
        let second = CivilTime(self).iso8601.dropLast()
        return second + "." + String(repeating: "0", count: 3 - part.count) + part + "Z"
    }
}
