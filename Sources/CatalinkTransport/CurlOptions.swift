import CLibCurl
import CatalinkCore

/// Sets the options of one handle, and remembers whether libcurl took them all: each of them holds up a promise.
struct CurlOptions {
    private let easy: UnsafeMutableRawPointer
    private(set) var areTaken = true

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    private mutating func note(_ code: CURLcode) {
        if code != CURLE_OK { areTaken = false }
    }

    private mutating func set(_ option: CURLoption, _ value: Int) {
        note(catalink_curl_set_long(easy, option, value))
    }

    private mutating func set(_ option: CURLoption, _ text: String?) {
        note(catalink_curl_set_text(easy, option, text))
    }

    mutating func set(_ option: CURLoption, _ pointer: UnsafeMutableRawPointer?) {
        note(catalink_curl_set_pointer(easy, option, pointer))
    }

    // MARK: For every call on a handle

    mutating func setConduct(_ timeout: Duration, _ surroundings: Surroundings) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Zero would mean to wait for ever.
        set(CURLOPT_TIMEOUT_MS, max(1, Int(timeout.inMicroseconds / 1000)))
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities = surroundings.authorities { set(CURLOPT_CAINFO, authorities) }
    }

    /// - Parameter protocols: those that may be spoken.
    mutating func setRoute(isLoopback: Bool, protocols: String, _ surroundings: Surroundings) {
        set(CURLOPT_PROTOCOLS_STR, protocols)
        // Both are always set, so that libcurl never looks into the environment by itself; and not even the environment
        // may put a proxy between loopback and here.
        set(CURLOPT_PROXY, isLoopback ? "" : surroundings.proxy ?? "")
        set(CURLOPT_NOPROXY, isLoopback ? "*" : surroundings.exceptions ?? "")
        // The headers with key and secret are for the target; what a proxy is told are CONNECT's own.
        set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    mutating func setCallbacks(
        body: @escaping catalink_curl_data, header: @escaping catalink_curl_data,
        request: @escaping catalink_curl_prerequest
    ) {
        note(catalink_curl_set_data(easy, CURLOPT_WRITEFUNCTION, body))
        note(catalink_curl_set_data(easy, CURLOPT_HEADERFUNCTION, header))
        note(catalink_curl_set_prerequest(easy, request))
    }

    /// What comes back is handed to `body`.
    mutating func setAnswerSink(_ body: @escaping catalink_curl_data) {
        note(catalink_curl_set_data(easy, CURLOPT_WRITEFUNCTION, body))
    }

    // MARK: For one call

    mutating func setUser(_ user: UnsafeMutableRawPointer) {
        set(CURLOPT_PRIVATE, user)
        set(CURLOPT_WRITEDATA, user)
        set(CURLOPT_HEADERDATA, user)
        set(CURLOPT_PREREQDATA, user)
    }

    mutating func setRequest(_ call: LinkCall, at target: Target) {
        guard call.method != .get else {
            set(CURLOPT_URL, target.base + call.path)
            set(CURLOPT_CUSTOMREQUEST, nil as String?)
            set(CURLOPT_HTTPGET, 1)
            return
        }
        setPost(call.body, to: target.base + call.path)
        set(CURLOPT_CUSTOMREQUEST, call.method == .put ? "PUT" : nil)
    }

    mutating func setPost(_ body: [UInt8], to url: String) {
        set(CURLOPT_URL, url)
        set(CURLOPT_POST, 1)
        note(catalink_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        body.withUnsafeBytes { body in
            set(CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
        }
    }
}

extension LinkCall {
    /// The headers that go with a call, beside those that HTTP asks for.
    func headerLines(_ credentials: Credentials) -> [String] {
        var lines = [
            "x-client-key: \(credentials.key)", "x-client-secret: \(credentials.secret)",
            "Accept: application/json",
        ]
        if let idempotencyKey { lines.append("idempotency-key: \(idempotencyKey.uuid)") }
        // An empty Expect keeps libcurl from waiting for a 100 Continue.
        if method != .get { lines += ["Content-Type: application/json", "Expect:"] }
        return lines
    }
}
