import CatalinkCore
import CatalinkHash
import CatalinkTestSupport
import CatalinkWebhook
import Foundation
import Synchronization
import Testing

/// The listener's server on a real socket, with senders that behave badly.
@Suite(.timeLimit(.minutes(5)))
struct WebhookServerTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let secret = Array("a secret of some length".utf8)

    /// What a server let in and refused.
    private final class Seen: Sendable {
        private let state = Mutex<(taken: [Delivery], refused: [DeliveryRefusal])>(([], []))

        var taken: [Delivery] { state.withLock { $0.taken } }
        var refused: [DeliveryRefusal] { state.withLock { $0.refused } }

        func add(_ delivery: Delivery) { state.withLock { $0.taken.append(delivery) } }
        func add(_ refusal: DeliveryRefusal) { state.withLock { $0.refused.append(refusal) } }
    }

    /// Serves while `body` runs, and returns once all connections are closed.
    ///
    /// - Parameters:
    ///   - answer: the body of each answer.
    ///   - record: what happens to each delivery before it is answered.
    ///   - onStopping: called as soon as the server is to stop.
    private static func serve(
        _ settings: WebhookServer.Settings = WebhookServer.Settings(), answer: String = "",
        record: @escaping @Sendable () async -> Void = {}, onStopping: @escaping @Sendable () -> Void = {},
        _ body: (_ port: Int) async throws -> Void
    ) async throws -> Seen {
        let seen = Seen()
        let server = try WebhookServer(settings, DeliveryGate(secrets: [secret], mostBytes: 8192)) {
            now
        } receive: { delivery in
            seen.add(delivery)
            await record()
            return WebhookAnswer(status: 200, body: .string(answer))
        } refused: { refusal in
            seen.add(refusal)
        }
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await server.run(stopsOnSignals: false, onStopping: onStopping) { announce.yield($0) }
            }
            if let port = await ports.first(where: { _ in true }) { try await body(port) }
            group.cancelAll()
            try await group.waitForAll()
        }
        return seen
    }

    private static func settings(
        patience: Duration, shutdown: Duration = .seconds(10)
    ) -> WebhookServer.Settings {
        var settings = WebhookServer.Settings()
        settings.patience = patience
        settings.shutdown = shutdown
        return settings
    }

    /// Expects something of a server that closes connections soon; on a busy machine of one that waits longer, as such a
    /// one would cut what it has had no time to read.
    private static func expect<Value: Equatable>(
        _ expected: Value, _ attempt: (WebhookServer.Settings) async throws -> Value
    ) async throws {
        var last: Value?
        for patience in [300, 2000, 8000] {
            last = try await attempt(settings(patience: .milliseconds(patience)))
            if last == expected { return }
        }
        #expect(last == expected)
    }

    /// What became of a connection.
    private struct End: Equatable {
        var statuses: [String]
        /// By the server.
        var isClosed = true
        var refused: [DeliveryRefusal] = []
        var taken = 0
    }

    /// - Returns: what a client is answered that sends this and no more.
    private static func answer(_ port: Int, _ request: String) async throws -> String {
        let client = try RawClient(port: port)
        client.send(request)
        client.finishSending()
        return await client.readToEnd()
    }

    /// - Parameter size: `Content-Length`; that of the body unless it is said.
    private static func head(
        _ body: String, size: Int? = nil, isSigned: Bool = true, _ headers: String...
    ) -> String {
        let code = HMACSHA256(key: secret).code(of: Array("\(now.seconds).".utf8), Array(body.utf8))
        let signature = "Catalink-Signature: t=\(now.seconds),v1=\(code.hexadecimal)"
        let lines =
            ["POST / HTTP/1.1", "Host: localhost"] + (isSigned ? [signature] : [])
            + (headers.isEmpty ? ["Content-Length: \(size ?? body.utf8.count)"] : headers)
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static func statuses(_ answer: String) -> [String] {
        answer.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
    }

    /// What a client is answered that then sends a byte now and then.
    private static func trickle(_ port: Int, _ start: String) async throws -> (answer: String, isClosed: Bool)
    {
        let client = try RawClient(port: port, patience: 60)
        client.send(start)
        let bytes = Task {
            while !Task.isCancelled {
                client.send("x")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let answer = await client.readToEnd()
        bytes.cancel()
        return (answer, client.isClosed)
    }

    private static let trickles: [(start: String, statuses: [String], refused: [DeliveryRefusal])] = [
        (head("", size: 8000), [], [.incomplete]),
        (head("", "Transfer-Encoding: chunked") + "FFF\r\n", [], [.incomplete]),
        // One that is refused at once may not go on for ever either.
        (head("", size: 8_000_000), ["413"], [.tooLarge]),
        (head("", size: 8000, isSigned: false), ["401"], [.unsigned]),
        ("POST / HTTP/1.1\r\nX-", [], []),
        // Within a second request of its connection.
        (head("{}") + "{}POST / HTTP/1.1\r\nX-", ["200"], []),
        (head("{}") + "{}" + head("", size: 8000), ["200"], [.incomplete]),
    ]

    @Test(arguments: trickles.indices)
    func aSenderOfAByteNowAndThenIsCut(_ index: Int) async throws {
        let (start, statuses, refused) = Self.trickles[index]
        let taken = statuses.count { $0 == "200" }
        try await Self.expect(End(statuses: statuses, refused: refused, taken: taken)) { settings in
            var end = End(statuses: [])
            let seen = try await Self.serve(settings) { port in
                let (answer, isClosed) = try await Self.trickle(port, start)
                end = End(statuses: Self.statuses(answer), isClosed: isClosed)
            }
            (end.refused, end.taken) = (seen.refused, seen.taken.count)
            return end
        }
    }

    @Test(arguments: [("", []), (head("{}") + "{}", ["200"])])
    func aConnectionOnWhichNothingComesIsClosed(_ request: String, _ statuses: [String]) async throws {
        try await Self.expect(End(statuses: statuses)) { settings in
            var end = End(statuses: [])
            _ = try await Self.serve(settings) { port in
                let client = try RawClient(port: port, patience: 60)
                client.send(request)
                end.statuses = Self.statuses(await client.readToEnd())
                end.isClosed = client.isClosed
            }
            return end
        }
    }

    @Test func aClientThatTakesNoAnswersIsCut() async throws {
        // More answers than sockets hold.
        let impatient = Self.settings(patience: .milliseconds(300))
        let seen = try await Self.serve(impatient, answer: String(repeating: "a", count: 65_536)) { port in
            let client = try RawClient(port: port)
            let request = Self.head("{}") + "{}"
            let (ends, end) = AsyncStream.makeStream(of: Void.self)
            Thread.detachNewThread {
                // More than sockets hold, too: it waits while the server reads no more, until it is cut.
                for _ in 0..<100_000 { client.send(request) }
                end.yield()
            }
            _ = await ends.first { _ in true }
        }
        #expect(seen.taken.count < 10_000)
    }

    @Test func recordingTakesAsLongAsItTakes() async throws {
        try await Self.expect(["200"]) { settings in
            var statuses: [String] = []
            _ = try await Self.serve(settings) {
                try? await Task.sleep(for: settings.patience + .milliseconds(500))
            } _: { port in
                let client = try RawClient(port: port, patience: 60)
                client.send(Self.head("{}") + "{}")
                client.finishSending()
                statuses = Self.statuses(await client.readToEnd())
            }
            return statuses
        }
    }

    @Test func whatHasBeenReceivedIsAnsweredAtTheEndAndTheRestIsCut() async throws {
        let (recordings, recording) = AsyncStream.makeStream(of: Void.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let settings = Self.settings(patience: .seconds(120), shutdown: .seconds(4))
        let answers = Mutex<[Task<(String, Bool), Never>]>([])
        let seen = try await Self.serve(settings) {
            recording.yield()
            _ = await ends.first { _ in true }
        } onStopping: {
            end.yield()
        } _: { port in
            let whole = try RawClient(port: port, patience: 60)
            let part = try RawClient(port: port, patience: 60)
            whole.send(Self.head("{}") + "{}")
            // Asked for its body, it is on its way.
            part.send(Self.head("", isSigned: true, "Content-Length: 8000", "Expect: 100-continue"))
            #expect(Self.statuses(await part.readSome()) == ["100"])
            part.send("{")
            _ = await recordings.first { _ in true }
            answers.withLock {
                $0 = [whole, part].map { client in Task { (await client.readToEnd(), client.isClosed) } }
            }
        }
        var statuses: [[String]] = []
        for answer in answers.withLock({ $0 }) {
            let (text, isClosed) = await answer.value
            statuses.append(Self.statuses(text))
            #expect(isClosed)
        }
        #expect(statuses == [["200"], []])
        #expect(seen.taken.count == 1)
        #expect(seen.refused == [.incomplete])
    }

    private static let broken = [
        head("", size: 8000) + "{}", head("", "Transfer-Encoding: chunked") + "2\r\n{}\r\n",
        head("", "Transfer-Encoding: chunked") + "nothing\r\n",
        // Signed for what has come of it.
        head("{}", size: 3) + "{}",
    ]

    @Test(arguments: broken)
    func aBodyThatBreaksOffIsNotOneThatIsTooLarge(_ request: String) async throws {
        let seen = try await Self.serve { port in
            let answer = try await Self.answer(port, request)
            #expect(!answer.contains("200 OK"), "\(answer)")
        }
        #expect(seen.refused == [.incomplete])
        #expect(seen.taken.isEmpty)
    }

    @Test func aBodyInChunksIsAsLargeAsAnyOther() async throws {
        let seen = try await Self.serve { port in
            let head = Self.head("{}", "Transfer-Encoding: chunked")
            let small = try await Self.answer(port, head + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
            #expect(Self.statuses(small) == ["200"])
            let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
            let large = try await Self.answer(port, head + chunk + chunk + chunk)
            #expect(Self.statuses(large) == ["413"])
            #expect(large.contains("\r\nConnection: close\r\n"), "\(large)")
        }
        #expect(seen.refused == [.tooLarge])
    }

    @Test func requestsThatComeTogetherAreAnsweredInTheirOrder() async throws {
        let seen = try await Self.serve { port in
            let one = Self.head("{}") + "{}"
            let other = Self.head("{}", isSigned: true, "Content-Length: 2", "Webhook-Id: d-2") + "{}"
            let answer = try await Self.answer(port, one + other + one)
            #expect(Self.statuses(answer) == ["200", "200", "200"], "\(answer)")
        }
        #expect(seen.taken.map(\.id.count) == [64, 3, 64])
    }

    @Test(arguments: ["close", "Close"])
    func whoWantsNoMoreAnswersIsGivenNone(_ word: String) async throws {
        let seen = try await Self.serve { port in
            let request = Self.head("{}", "Content-Length: 2", "Connection: \(word)") + "{}"
            let client = try RawClient(port: port, patience: 25)
            let answer = try await client.exchange(request)
            #expect(Self.statuses(answer) == ["200"])
            #expect(answer.contains("\r\nConnection: close\r\n"), "\(answer)")
            // Before a server loses its patience.
            #expect(client.isClosed)
        }
        #expect(seen.taken.count == 1)
    }

    @Test func whoWaitsToBeAskedForTheBodyIsAsked() async throws {
        let seen = try await Self.serve { port in
            let head = Self.head("{}", "Content-Length: 2", "Expect: 100-continue")
            let answer = try await Self.answer(port, head + "{}")
            #expect(Self.statuses(answer) == ["100", "200"], "\(answer)")
            let unsigned = Self.head("{}", isSigned: false, "Content-Length: 2", "Expect: 100-continue")
            #expect(Self.statuses(try await Self.answer(port, unsigned)) == ["401"])
        }
        #expect(seen.taken.count == 1)
    }

    @Test(arguments: ["GET", "HEAD", "PUT"])
    func otherMethodsAreToldWhichOneCounts(_ method: String) async throws {
        let seen = try await Self.serve { port in
            let answer = try await Self.answer(
                port,
                "\(method) / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(Self.statuses(answer) == ["405"])
            #expect(answer.contains("\r\nAllow: POST\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n") == (method == "HEAD"), "\(answer)")
        }
        #expect(seen.refused == [.method])
    }

    @Test func anIDThatIsNoneIsToldToWhoHasTheSecret() async throws {
        let seen = try await Self.serve { port in
            for id in ["", String(repeating: "d", count: 256)] {
                for isSigned in [true, false] {
                    let answer = try await Self.answer(
                        port,
                        Self.head("{}", isSigned: isSigned, "Content-Length: 2", "Webhook-Id: \(id)") + "{}")
                    #expect(Self.statuses(answer) == [isSigned ? "400" : "401"])
                    #expect(answer.contains("Webhook-Id: expected 1 to 255 bytes") == isSigned, "\(answer)")
                }
            }
        }
        #expect(seen.refused == [.invalidID, .unsigned, .invalidID, .unsigned])
    }

    @Test func aHostWithoutAddressIsTold() async throws {
        var settings = WebhookServer.Settings()
        settings.host = "no-such-host.invalid"
        let error = await #expect(throws: WebhookError.self) { try await Self.serve(settings) { _ in } }
        #expect(
            error?.message
                == "no-such-host.invalid:0: expected to listen there, got: a name without an address")
    }
}
