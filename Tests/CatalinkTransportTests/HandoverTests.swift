import CatalinkCore
import CatalinkTestSupport
import CatalinkTransport
import Testing

/// When a call counts as handed over: not before the connection stands, and always after.
@Suite(.timeLimit(.minutes(10)))
struct HandoverTests {
    // MARK: Not sent

    @Test func aNameThatIsNoneMeansNothingWasSent() async throws {
        let result = await (try CurlTransport.secure("https://no-such-host.invalid")).send(.mug())
        #expect(result.notSentReason != nil, "\(result)")
    }

    @Test func nobodyListeningMeansNothingWasSent() async throws {
        let listener = try TestListener { _ in }
        listener.close()
        let result = await (try CurlTransport.local(listener.port)).send(.mug())
        #expect(result.notSentReason != nil, "\(result)")
    }

    @Test func aServerWithoutTLSMeansNothingWasSent() async throws {
        let listener = try TestListener { connection in
            connection.receiveBytes()
            connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            connection.waitForClose()
        }
        defer { listener.close() }
        let result = await (try CurlTransport.secure("https://127.0.0.1:\(listener.port)")).send(.mug())
        #expect(result.notSentReason != nil, "\(result)")
        #expect(!listener.bytes.holds("the-secret"))
    }

    @Test func aHandshakeWithoutAnEndMeansNothingWasSent() async throws {
        let listener = try TestListener { $0.waitForClose() }
        defer { listener.close() }
        let transport = try CurlTransport.secure(
            "https://127.0.0.1:\(listener.port)", timeout: .milliseconds(200))
        let result = await transport.send(.mug())
        #expect(result.notSentReason != nil, "\(result)")
    }

    @Test(.enabled(if: TLSServer.isThere))
    func aCertificateThatNobodyTrustsMeansNothingWasSent() async throws {
        try await TLSServer.with("IP:127.0.0.1") { port, certificate in
            let address = "https://127.0.0.1:\(port)"
            let result = await (try CurlTransport.secure(address)).send(.list)
            #expect(result.notSentReason != nil, "\(result)")
            // The same server, trusted: it was the certificate.
            let trusting = try CurlTransport.secure(address, ["SSL_CERT_FILE": certificate])
            #expect(await trusting.send(.list).answer?.status == 200)
        }
    }

    @Test(.enabled(if: TLSServer.isThere))
    func aCertificateOfAnotherNameMeansNothingWasSent() async throws {
        try await TLSServer.with("DNS:elsewhere.example") { port, certificate in
            let transport = try CurlTransport.secure(
                "https://127.0.0.1:\(port)", ["SSL_CERT_FILE": certificate])
            let result = await transport.send(.list)
            #expect(result.notSentReason != nil, "\(result)")
        }
    }

    @Test func aCallThatIsCancelledBeforehandIsNotSent() async throws {
        let listener = try TestListener.answering()
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await transport.send(.mug())
        }
        let result = await task.value
        #expect(result.notSentReason != nil, "\(result)")
        #expect(listener.requests == 0)
        #expect(await transport.send(.mug()).answer?.status == 201)
    }

    // MARK: Lost

    @Test(arguments: [
        "", "HTTP/1.1 201 Created\r\nContent-Length: 200\r\n\r\n{\"id\":",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"id\":\r\n",
        "HTTP/1.1 201 Created\r\nContent-Le", "HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 20",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func aConnectionThatClosesInsteadOfAnAnswerMeansLost(_ text: String) async throws {
        let listener = try TestListener.saying(text)
        defer { listener.close() }
        let result = await (try CurlTransport.local(listener.port)).send(.mug())
        #expect(result.lostReason != nil, "\(result)")
        #expect(listener.requests == 1)
    }

    /// libcurl would silently send a request again when a reused connection closes before an answer.
    @Test(
        arguments: [LinkCall.Method.post, .put, .get],
        [
            "", "HTTP/1.1 20", "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 201 Created\r\nContent-Length: 200\r\n\r\n{\"id\":",
        ])
    func nothingIsSentAgainByItself(_ method: LinkCall.Method, _ rest: String) async throws {
        let listener = try TestListener { connection in
            // The first request is answered, the second on the same connection is cut.
            connection.receive()
            connection.send(TestListener.created)
            connection.receive()
            connection.send(rest)
        }
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        #expect(await transport.send(.mug(method)).answer?.status == 201)
        let second = await transport.send(.mug(method))
        #expect(second.lostReason != nil, "\(second)")
        #expect(listener.requests == 2)
    }

    /// The repeat that is refused would go to a server that is gone by then: still lost, as the first may have arrived.
    @Test func aRefusedRepeatToNobodyIsLostToo() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let listener = try TestListener { connection in
            connection.receive()
            connection.send(TestListener.created)
            connection.receive()
            connection.closeListener()
            end.finish()
        }
        let transport = try CurlTransport.local(listener.port)
        #expect(await transport.send(.mug()).answer?.status == 201)
        let second = await transport.send(.mug())
        #expect(second.lostReason != nil, "\(second)")
        for await _ in ends {}
        #expect(listener.requests == 2)
    }

    /// Whether libcurl notices in time or not: what the server counts is what was sent.
    @Test func aConnectionThatClosesBetweenTwoCallsCostsNoSecondRequest() async throws {
        let listener = try TestListener.saying(TestListener.created)
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        for sent in 1...20 {
            let result = await transport.send(.mug())
            #expect(result.notSentReason == nil, "\(result)")
            #expect(listener.requests <= sent)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 201 Created\r\nContent-Length: 200\r\n\r\n{\"id\":"])
    func anAnswerThatStallsIsLost(_ text: String) async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.send(text)
            connection.waitForClose()
        }
        defer { listener.close() }
        let result = await (try CurlTransport.local(listener.port, timeout: .milliseconds(200))).send(.mug())
        #expect(result.lostReason != nil, "\(result)")
    }

    @Test func aCallThatIsCancelledOnItsWayIsLost() async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.waitForClose()
        }
        defer { listener.close() }
        let transport = try CurlTransport.local(listener.port)
        let task = Task { await transport.send(.mug()) }
        while listener.requests == 0 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(await task.value.lostReason == "cancelled")
    }

    // MARK: Too much

    @Test(arguments: ["Content-Length: 5000000\r\n", ""])
    func anAnswerOfMoreThan4MiBIsLost(_ length: String) async throws {
        let listener = try TestListener.saying(
            "HTTP/1.1 201 Created\r\n\(length)\r\n" + String(repeating: "x", count: 5_000_000))
        defer { listener.close() }
        let result = await (try CurlTransport.local(listener.port)).send(.mug())
        #expect(result.lostReason == "an answer of more than 4 MiB")
    }

    @Test(arguments: [
        "HTTP/1.1 201 Created\r\n" + String(repeating: "X-Filler: 0123456789\r\n", count: 20_000),
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20_000),
    ])
    func headersWithoutAnEndAreLost(_ text: String) async throws {
        let listener = try TestListener.saying(text)
        defer { listener.close() }
        let result = await (try CurlTransport.local(listener.port)).send(.mug())
        #expect(result.lostReason == "headers of more than 256 KiB")
    }
}

extension [UInt8] {
    func holds(_ text: String) -> Bool {
        !ranges(of: Array(text.utf8)).isEmpty
    }
}
