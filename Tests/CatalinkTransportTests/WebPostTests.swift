import CatalinkTestSupport
import CatalinkTransport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WebPostTests {
    @Test(arguments: [
        "", "hooks.example", "ftp://a.b", "https://", "https:///x", "https://a.b/ c", "file:///etc/passwd",
        "https://a.b/\nc", "https://a.b/#c",
    ])
    func onlyWebAddressesAreTaken(_ text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test func noMoreThanSchemeAndHostIsShown() throws {
        let address = try #require(WebAddress("https://user:word@Hooks.example:8443/T0/s3cr3t?token=x"))
        #expect(address.shown == "https://hooks.example")
    }

    @Test(arguments: [
        ("https://a.b/ping/", "https://a.b/ping/start?rid=1"), ("https://a.b", "https://a.b/start?rid=1"),
        ("https://a.b/p%2Fq?k=v%26", "https://a.b/p%2Fq/start?k=v%26&rid=1"),
    ])
    func aPartIsAddedToThePath(_ base: String, _ whole: String) {
        #expect(WebAddress(base)?.appending("start", query: "rid=1")?.url == whole)
    }

    @Test func anAnswerIsItsStatus() async throws {
        let listener = try TestListener { connection in
            connection.receive()
            connection.send(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        }
        defer { listener.close() }
        let post = WebPost(
            to: try #require(WebAddress("http://127.0.0.1:\(listener.port)/x?y=z")),
            headers: ["Content-Type: text/plain"], body: Array("hello".utf8), timeout: .seconds(20),
            surroundings: Surroundings(["https_proxy": "http://127.0.0.1:1"]))
        let outcome = await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: post.send()) }.start()
        }
        #expect(outcome == .answered(302))
        #expect(listener.received.hasPrefix("POST /x?y=z HTTP/1.1\r\n"))
        #expect(listener.received.hasSuffix("\r\n\r\nhello"))
    }
}
