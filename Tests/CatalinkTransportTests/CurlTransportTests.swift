import CatalinkCore
import CatalinkTestSupport
import CatalinkTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CurlTransportTests {
    private let call = LinkCall(method: .get, path: "/api/v0/payment-links?take=3")

    @Test func nobodyListeningMeansNothingWasSent() async throws {
        let listener = try TestListener { _ in }
        listener.close()
        let result = await (try CurlTransport.local(listener.port)).send(call)
        guard case .notSent = result else {
            Issue.record("expected notSent, got \(result)")
            return
        }
    }

    @Test func rateHeadersAreRead() async throws {
        let answer = try await exchange(
            """
            HTTP/1.1 429 Too Many Requests\r\nX-RateLimit-Limit: 100\r\nx-ratelimit-remaining: 0\r\n\
            X-RateLimit-Reset: 1800000060\r\nRetry-After: 45\r\nContent-Length: 2\r\n\r\n{}
            """)
        #expect(answer.status == 429)
        #expect(
            answer.rate == RateHeaders(limit: 100, remaining: 0, reset: Timestamp(seconds: 1_800_000_060)))
        #expect(answer.retryAfter == .seconds(45))
    }

    @Test func aRedirectIsAnAnswerAndNotFollowed() async throws {
        let answer = try await exchange(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == 307)
    }

    /// libcurl would silently send a POST again when a reused connection closes before an answer.
    @Test func aPostIsNeverSentTwiceByItself() async throws {
        let listener = try TestListener { connection in
            // The first request is answered, the second on the same connection is cut.
            connection.receive()
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")
            connection.receive()
        }
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        let post = LinkCall(method: .post, path: "/api/v0/payment-links", body: Array("{\"a\":1}".utf8))
        guard case .answered = await transport.send(post) else {
            Issue.record("expected an answer to the first")
            return
        }
        guard case .lost = await transport.send(post) else {
            Issue.record("expected the second to be lost")
            return
        }
        #expect(listener.requests == 2)
    }

    @Test func silenceEndsAsLost() async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.waitForClose()
        }
        defer { listener.close() }
        let result = await (try CurlTransport.local(listener.port, timeout: .milliseconds(200))).send(call)
        guard case .lost = result else {
            Issue.record("expected lost, got \(result)")
            return
        }
    }

    @Test func aCutAnswerIsLost() async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: 200\r\n\r\n{\"id\":")
        }
        defer { listener.close() }
        guard case .lost = await (try CurlTransport.local(listener.port)).send(call) else {
            Issue.record("expected lost")
            return
        }
    }

    @Test func keyAndSecretTravelAsHeaders() async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        }
        defer { listener.close() }
        _ = await (try CurlTransport.local(listener.port)).send(call)
        let text = listener.received
        #expect(text.hasPrefix("GET /api/v0/payment-links?take=3 HTTP/1.1\r\n"))
        #expect(text.contains("x-client-key: key\r\n"))
        #expect(text.contains("x-client-secret: secret\r\n"))
    }

    private func exchange(_ response: String) async throws -> Answer {
        let listener = try TestListener { connection in
            connection.receive()
            connection.send(response)
        }
        defer { listener.close() }
        let result = await (try CurlTransport.local(listener.port)).send(call)
        guard case .answered(let answer) = result else {
            Issue.record("expected an answer, got \(result)")
            return Answer(status: 0, body: [])
        }
        return answer
    }
}
