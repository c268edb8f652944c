import CatalinkCore
import CatalinkTestSupport
import CatalinkTransport
import Foundation
import Testing

/// Where a call goes, and in which form: to its target and nowhere else.
@Suite(.timeLimit(.minutes(10)))
struct RouteTests {
    @Test(arguments: [301, 302, 303, 307, 308])
    func aRedirectIsAnAnswerAndNotFollowed(_ status: Int) async throws {
        let elsewhere = try TestListener.answering()
        defer { elsewhere.close() }
        let listener = try TestListener.answering(
            "HTTP/1.1 \(status) Moved\r\nLocation: http://127.0.0.1:\(elsewhere.port)/\r\n"
                + "Content-Length: 0\r\n\r\n")
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        for call in [LinkCall.mug(), .mug(.put), .list] {
            #expect(await transport.send(call).answer?.status == status)
        }
        #expect(listener.requests == 3)
        #expect(elsewhere.connections == 0)
    }

    // MARK: Proxies

    private static func variables(_ proxy: TestListener) -> [String: String] {
        let address = "http://127.0.0.1:\(proxy.port)"
        return ["http_proxy": address, "https_proxy": address, "ALL_PROXY": address]
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func noProxyStandsBetweenLoopbackAndHere(_ host: String) async throws {
        let proxy = try TestListener.answering()
        defer { proxy.close() }
        let listener = try TestListener.answering()
        defer { listener.close() }
        let transport = try CurlTransport.secure(
            "http://\(host):\(listener.port)", Self.variables(proxy))
        #expect(await transport.send(.mug()).answer?.status == 201)
        #expect(proxy.connections == 0)
    }

    @Test func aProxySeesTheHostAndNoSecret() async throws {
        let proxy = try TestListener { connection in
            connection.receive()
            connection.send("HTTP/1.1 200 Connection established\r\nX-RateLimit-Limit: 1\r\n\r\n")
            connection.receiveBytes()
        }
        defer { proxy.close() }
        let transport = try CurlTransport.secure("https://shop.invalid", Self.variables(proxy))
        let result = await transport.send(.mug())
        #expect(result.notSentReason != nil, "\(result)")
        #expect(proxy.requests == 1)
        #expect(proxy.received.hasPrefix("CONNECT shop.invalid:443 HTTP/1.1\r\n"))
        let seen = Array(proxy.received.lowercased().utf8) + proxy.bytes
        for word in ["the-key", "the-secret", "x-client", "authorization", "idempotency", "mug"] {
            #expect(!seen.holds(word), "\(word)")
        }
        // HTTP/1.1 is all that is offered.
        #expect(proxy.bytes.holds("\u{8}http/1.1"))
        #expect(!proxy.bytes.holds("\u{2}h2"))
    }

    @Test(arguments: ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
    func aProxyThatRefusesMeansNothingWasSent(_ status: String) async throws {
        let proxy = try TestListener.saying("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        defer { proxy.close() }
        let result = await (try CurlTransport.secure("https://shop.invalid", Self.variables(proxy))).send(
            .mug())
        #expect(result.notSentReason != nil, "\(result)")
    }

    @Test func aHostThatNeedsNoProxyGoesWithoutOne() async throws {
        let proxy = try TestListener.answering()
        defer { proxy.close() }
        var variables = Self.variables(proxy)
        variables["no_proxy"] = "shop.invalid"
        let result = await (try CurlTransport.secure("https://shop.invalid", variables)).send(.mug())
        #expect(result.notSentReason != nil, "\(result)")
        #expect(proxy.connections == 0)
    }

    private static let surroundings: [(variables: [String: String], proxy: String?)] = [
        ([:], nil), (["http_proxy": "a"], nil), (["https_proxy": ""], nil),
        (["https_proxy": "a", "HTTPS_PROXY": "b", "all_proxy": "c"], "a"),
        (["HTTPS_PROXY": "b", "ALL_PROXY": "d"], "b"), (["ALL_PROXY": "d"], "d"),
    ]

    @Test(arguments: surroundings.indices)
    func theEnvironmentNamesTheProxy(_ index: Int) {
        let (variables, proxy) = Self.surroundings[index]
        #expect(Surroundings(variables).proxy == proxy)
    }

    // MARK: The request

    @Test func aRequestIsPlainHTTP11() async throws {
        let listener = try TestListener.answering()
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        #expect(await transport.send(.mug()).answer?.status == 201)
        let text = try #require(listener.messages.first)
        #expect(text.hasPrefix("POST /api/v0/payment-links HTTP/1.1\r\n"))
        let names = text.components(separatedBy: "\r\n\r\n")[0].split(separator: "\r\n").dropFirst().map {
            $0.prefix { $0 != ":" }.lowercased()
        }
        #expect(
            Set(names) == [
                "host", "x-client-key", "x-client-secret", "accept", "idempotency-key", "content-type",
                "content-length",
            ])
    }

    /// On a connection that is reused, on a new one, and from another transport.
    @Test(arguments: [LinkCall.mug(), .mug(.put)])
    func aCallIsTheSameBytesWheneverItIsSent(_ call: LinkCall) async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.send(TestListener.created)
            connection.receive()
            connection.send("HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        }
        defer { listener.close() }
        for _ in 1...2 {
            let transport = try CurlTransport.local(listener.port)
            #expect(await transport.send(call).answer?.status == 201)
            #expect(await transport.send(call).answer?.status == 503)
        }
        #expect(listener.requests == 4)
        #expect(Set(listener.messages).count == 1)
        #expect(
            listener.messages.first.map { Array($0.utf8).suffix(call.body.count) == call.body[...] } == true)
    }

    // MARK: The end

    /// Two hundred transports leave fewer connections behind than there were transports.
    @Test func aTransportThatIsGoneHoldsNoConnection() async throws {
        let listener = try TestListener.answering()
        defer { listener.close() }
        for _ in 1...200 {
            #expect(await (try CurlTransport.local(listener.port)).send(.mug()).answer?.status == 201)
        }
        for _ in 0..<250 {
            if try Self.connections(to: Int(listener.port)) < 100 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("\(try Self.connections(to: Int(listener.port))) connections are open")
    }

    /// Other tests of the process have descriptors of their own, so connections to the one port are counted.
    private static func connections(to port: Int) throws -> Int {
        let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
        let ending = ":" + String(port + 0x10000, radix: 16, uppercase: true).suffix(4)
        return table.split(separator: "\n").filter { line in
            let words = line.split(separator: " ")
            // 01: established, 08: closed by the other side and still held by ours.
            return words.count > 3 && words[2].hasSuffix(ending) && ["01", "08"].contains(words[3])
        }.count
    }
}
