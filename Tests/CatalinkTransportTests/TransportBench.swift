import CatalinkCore
import CatalinkHash
import CatalinkTestSupport
import CatalinkTransport
import Foundation
import Testing

extension CurlTransport {
    static func secure(
        _ address: String, timeout: Duration = .seconds(10), _ variables: [String: String] = [:]
    ) throws -> CurlTransport {
        CurlTransport(
            .init(
                target: try Target(address), timeout: timeout, connections: 4,
                surroundings: Surroundings(variables)),
            credentials: Credentials(key: "the-key", secret: "the-secret"))
    }
}

extension LinkCall {
    static let list = LinkCall(method: .get, path: "/api/v0/payment-links?take=3")

    /// A create as the runner sends it.
    static func mug(_ method: Method = .post) -> LinkCall {
        var request = LinkRequest()
        request.title = Array("Mug".utf8)
        request.url = Array("mug".utf8)
        request.amount = FixedDecimal("29.90")
        let body = request.canonicalBytes()
        let key = Identity(origin: "sandbox", account: "default", job: "test").idempotencyKey(
            for: ItemKey(key: Array("mug".utf8), segment: []), generation: 1, attempt: 1, body: body)
        return LinkCall(method: method, path: "/api/v0/payment-links", idempotencyKey: key, body: body)
    }
}

extension TestListener {
    static let created = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"

    /// Answers every request so, on one connection after another.
    static func answering(_ answer: String = created) throws -> TestListener {
        try TestListener { connection in
            while connection.receive() { connection.send(answer) }
        }
    }

    /// Takes one request a connection, says this, and closes.
    static func saying(_ text: String) throws -> TestListener {
        try TestListener { connection in
            connection.receive()
            connection.send(text)
        }
    }
}

extension CallResult {
    var answer: Answer? {
        if case .answered(let answer) = self { return answer }
        return nil
    }

    var lostReason: String? {
        if case .lost(let reason) = self { return reason }
        return nil
    }

    var notSentReason: String? {
        if case .notSent(let reason) = self { return reason }
        return nil
    }
}

/// `openssl s_server` with a certificate that it has signed itself.
enum TLSServer {
    private static let tool = "/usr/bin/openssl"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: tool) }

    struct Failure: Error {
        var output: String
    }

    /// - Parameter name: what the certificate is for, such as `IP:127.0.0.1`.
    static func with(_ name: String, _ body: (_ port: Int, _ certificate: String) async throws -> Void)
        async throws
    {
        try await withTemporaryDirectory { directory in
            let (key, certificate) = (directory + "/key.pem", directory + "/certificate.pem")
            let request = try start(
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test",
                    "-addext", "subjectAltName=\(name)", "-keyout", key, "-out", certificate,
                ], output: directory + "/request")
            for await _ in request.ends {}
            let server = try start(
                ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"],
                output: directory + "/server")
            // A thread of the pool has signals blocked, which its children inherit: only this one comes through.
            defer { kill(server.process.processIdentifier, SIGKILL) }
            try await body(try await port(directory + "/server"), certificate)
        }
    }

    private static func port(_ path: String) async throws -> Int {
        for _ in 0..<500 {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT") }),
                let port = line.split(separator: ":").last.flatMap({ Int($0) })
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(output: try String(contentsOfFile: path, encoding: .utf8))
    }

    /// Its end is told by a stream, so that no thread waits for it.
    private static func start(_ arguments: [String], output: String) throws -> (
        process: Process, ends: AsyncStream<Void>
    ) {
        try Data().write(to: URL(filePath: output))
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let process = Process()
        process.executableURL = URL(filePath: tool)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        return (process, ends)
    }
}
