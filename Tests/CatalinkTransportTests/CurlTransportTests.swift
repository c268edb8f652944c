import CatalinkCore
import CatalinkTestSupport
import CatalinkTransport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CurlTransportTests {
    private let call = LinkCall(method: .get, path: "/api/v0/payment-links?take=3")

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
