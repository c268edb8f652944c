import CLibCurl
import Foundation

/// One POST to any server, over a connection of its own; the answer's body is not kept.
package struct WebPost: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// With this status.
        case answered(Int)
        /// Why there is no answer; without a word of the address.
        case failed(String)
    }

    package var address: WebAddress
    /// `Name: value`
    package var headers: [String]
    package var body: [UInt8]
    package var timeout: Duration
    package var surroundings: Surroundings

    package init(
        to address: WebAddress, headers: [String], body: [UInt8], timeout: Duration,
        surroundings: Surroundings
    ) {
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.surroundings = surroundings
    }

    /// Blocks its thread until there is an answer or the time is over; for a thread that is no other's.
    package func send() -> Outcome {
        CurlDriver.prepareThread()
        guard let easy = curl_easy_init() else { return .failed("libcurl has no memory") }
        defer { curl_easy_cleanup(easy) }
        var lines: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(lines) }
        for line in headers + ["Expect:"] {
            guard let longer = curl_slist_append(lines, line) else { return .failed("libcurl has no memory") }
            lines = longer
        }
        var options = CurlOptions(easy)
        options.setConduct(timeout, surroundings)
        options.setRoute(isLoopback: address.isLoopback, protocols: "http,https", surroundings)
        options.setPost(body, to: address.url)
        options.setAnswerSink(onAnswer)
        options.set(CURLOPT_HTTPHEADER, lines)
        guard options.areTaken else { return .failed("libcurl does not take the request") }
        let code = curl_easy_perform(easy)
        guard code == CURLE_OK else { return .failed(String(cString: curl_easy_strerror(code))) }
        var status = 0
        catalink_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return .answered(status)
    }
}

private let onAnswer: catalink_curl_data = { _, size, count, _ in size * count }
