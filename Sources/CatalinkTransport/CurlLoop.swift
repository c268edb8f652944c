import CLibCurl
import CatalinkCore
import Foundation

/// The thread's own state: transfers by number, and easy handles to use again.
struct CurlLoop {
    private let multi: UnsafeMutableRawPointer
    private let settings: CurlTransport.Settings
    private let credentials: Credentials
    private var transfers: [UInt64: CurlTransfer] = [:]
    private var idle: [UnsafeMutableRawPointer] = []

    init(multi: UnsafeMutableRawPointer, _ settings: CurlTransport.Settings, _ credentials: Credentials) {
        self.multi = multi
        self.settings = settings
        self.credentials = credentials
        catalink_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.connections)
    }

    mutating func run(_ driver: CurlDriver) {
        var isOpen = true
        while isOpen {
            for command in driver.takeCommands() {
                switch command {
                case .start(let id, let call, let continuation): start(id, call, continuation)
                case .cancel(let id): cancel(id)
                case .stop: isOpen = false
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishDone()
            if isOpen { curl_multi_poll(multi, nil, 0, 60_000, nil) }
        }
        for id in transfers.keys { cancel(id) }
        for easy in idle { curl_easy_cleanup(easy) }
        for case .start(_, _, let continuation) in driver.close() {
            continuation.resume(returning: .notSent("the transport is closed"))
        }
    }

    private mutating func start(
        _ id: UInt64, _ call: LinkCall, _ continuation: CheckedContinuation<CallResult, Never>
    ) {
        guard let easy = idle.popLast() ?? curl_easy_init() else {
            continuation.resume(returning: .notSent("libcurl has no memory"))
            return
        }
        let transfer = CurlTransfer(id: id, call: call, easy: easy, continuation: continuation)
        transfer.prepare(settings, credentials)
        transfers[id] = transfer
        curl_multi_add_handle(multi, easy)
    }

    private mutating func cancel(_ id: UInt64) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        release(transfer)
        transfer.continuation.resume(
            returning: transfer.hasStarted ? .lost("cancelled") : .notSent("cancelled before it was sent"))
    }

    private mutating func finishDone() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
                continue
            }
            let code = message.pointee.data.result
            var user: UnsafeMutableRawPointer?
            catalink_curl_get_pointer(easy, CURLINFO_PRIVATE, &user)
            curl_multi_remove_handle(multi, easy)
            guard let user else { preconditionFailure("every handle carries its transfer") }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
            transfers[transfer.id] = nil
            let result = transfer.result(code)
            release(transfer)
            transfer.continuation.resume(returning: result)
        }
    }

    /// Keeps the handle with its settings, and frees the headers, which held the key and the secret.
    private mutating func release(_ transfer: CurlTransfer) {
        transfer.freeHeaders()
        idle.append(transfer.easy)
    }
}

/// One exchange; used by the transport's thread alone.
final class CurlTransfer {
    let id: UInt64
    let easy: UnsafeMutableRawPointer
    let continuation: CheckedContinuation<CallResult, Never>
    private let call: LinkCall
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var received: [UInt8] = []
    private var rate = RateFields()
    private var isTooLarge = false
    /// Whether the request was handed to a connection.
    private(set) var hasStarted = false
    private static let largestAnswer = 4 * 1024 * 1024

    init(
        id: UInt64, call: LinkCall, easy: UnsafeMutableRawPointer,
        continuation: CheckedContinuation<CallResult, Never>
    ) {
        self.id = id
        self.call = call
        self.easy = easy
        self.continuation = continuation
    }

    func prepare(_ settings: CurlTransport.Settings, _ credentials: Credentials) {
        let user = Unmanaged.passUnretained(self).toOpaque()
        catalink_curl_set_text(easy, CURLOPT_URL, settings.target.base + call.path)
        catalink_curl_set_text(
            easy, CURLOPT_PROTOCOLS_STR, settings.target.isLoopback ? "http,https" : "https")
        catalink_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        catalink_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        catalink_curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        catalink_curl_set_long(easy, CURLOPT_TIMEOUT_MS, Int(settings.timeout.inMicroseconds / 1000))
        catalink_curl_set_pointer(easy, CURLOPT_PRIVATE, user)
        catalink_curl_set_pointer(easy, CURLOPT_WRITEDATA, user)
        catalink_curl_set_data(easy, CURLOPT_WRITEFUNCTION, onBody)
        catalink_curl_set_pointer(easy, CURLOPT_HEADERDATA, user)
        catalink_curl_set_data(easy, CURLOPT_HEADERFUNCTION, onHeader)
        catalink_curl_set_pointer(easy, CURLOPT_PREREQDATA, user)
        catalink_curl_set_prerequest(easy, onRequest)
        // Not even the environment may put a proxy between loopback and here.
        if settings.target.isLoopback { catalink_curl_set_text(easy, CURLOPT_NOPROXY, "*") }
        var lines = [
            "x-client-key: \(credentials.key)", "x-client-secret: \(credentials.secret)",
            "Accept: application/json",
        ]
        if let key = call.idempotencyKey { lines.append("idempotency-key: \(key.uuid)") }
        prepareMethod(&lines)
        for line in lines { headers = curl_slist_append(headers, line) }
        catalink_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
    }

    private func prepareMethod(_ lines: inout [String]) {
        guard call.method != .get else {
            catalink_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, nil)
            catalink_curl_set_long(easy, CURLOPT_HTTPGET, 1)
            return
        }
        // An empty Expect keeps libcurl from waiting for a 100 Continue.
        lines += ["Content-Type: application/json", "Expect:"]
        catalink_curl_set_long(easy, CURLOPT_POST, 1)
        catalink_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, call.method == .put ? "PUT" : nil)
        catalink_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call.body.count))
        call.body.withUnsafeBytes { body in
            let bytes = UnsafeMutableRawPointer(mutating: body.baseAddress)
            _ = catalink_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes)
        }
    }

    func freeHeaders() {
        catalink_curl_set_pointer(easy, CURLOPT_HTTPHEADER, nil)
        curl_slist_free_all(headers)
        headers = nil
    }

    /// A transfer asks once; a second time means that libcurl wants to send the request again.
    fileprivate func mayBegin() -> Bool {
        defer { hasStarted = true }
        return !hasStarted
    }

    fileprivate func take(body: UnsafeRawBufferPointer) -> Bool {
        guard received.count + body.count <= Self.largestAnswer else {
            isTooLarge = true
            return false
        }
        received.append(contentsOf: body)
        return true
    }

    fileprivate func take(header: UnsafeRawBufferPointer) {
        rate.take(header)
    }

    func result(_ code: CURLcode) -> CallResult {
        if code == CURLE_OK {
            var status = 0
            catalink_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            return .answered(
                Answer(
                    status: status, body: received, rate: rate.headers,
                    retryAfter: rate.retryAfter(
                        receivedAt: Timestamp(seconds: Int64(Date().timeIntervalSince1970))),
                    serverDate: rate.serverDate))
        }
        let reason = isTooLarge ? "an answer of more than 4 MiB" : String(cString: curl_easy_strerror(code))
        return hasStarted ? .lost(reason) : .notSent(reason)
    }
}

private func transfer(_ user: UnsafeMutableRawPointer?) -> CurlTransfer {
    guard let user else { preconditionFailure("libcurl calls back with the pointer it was given") }
    return Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
}

private let onBody: catalink_curl_data = { bytes, size, count, user in
    let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(user).take(body: body) ? body.count : 0
}

private let onHeader: catalink_curl_data = { bytes, size, count, user in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    transfer(user).take(header: line)
    return line.count
}

private let onRequest: catalink_curl_prerequest = { user, _, _, _, _ in
    transfer(user).mayBegin() ? Int32(CURL_PREREQFUNC_OK) : Int32(CURL_PREREQFUNC_ABORT)
}
