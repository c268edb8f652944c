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
        guard let easy = idle.popLast() ?? newHandle() else {
            continuation.resume(returning: .notSent("libcurl cannot do what it is asked to"))
            return
        }
        let transfer = CurlTransfer(id: id, call: call, easy: easy, continuation: continuation)
        guard transfer.prepare(settings, credentials), curl_multi_add_handle(multi, easy) == CURLM_OK else {
            transfer.freeHeaders()
            curl_easy_cleanup(easy)
            continuation.resume(returning: .notSent("libcurl does not take the request"))
            return
        }
        transfers[id] = transfer
    }

    /// `nil` also where libcurl lacks an option that a promise needs.
    private func newHandle() -> UnsafeMutableRawPointer? {
        guard let easy = curl_easy_init() else { return nil }
        var options = CurlOptions(easy)
        options.setConduct(settings.timeout, settings.surroundings)
        let isLoopback = settings.target.isLoopback
        options.setRoute(
            isLoopback: isLoopback, protocols: isLoopback ? "http,https" : "https", settings.surroundings)
        options.setCallbacks(body: onBody, header: onHeader, request: onRequest)
        guard options.areTaken else {
            curl_easy_cleanup(easy)
            return nil
        }
        return easy
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
    private var headBytes = 0
    /// Whether the empty line that ends an answer's headers has come.
    private var isHeadWhole = false
    /// Why the rest of the answer is not wanted.
    private var excess: String?
    private var isRepeatRefused = false
    /// Whether the request was handed to a connection.
    private(set) var hasStarted = false
    private static let largestAnswer = 4 * 1024 * 1024
    /// Of all answers of one exchange, the interim ones too.
    private static let largestHead = 256 * 1024

    init(
        id: UInt64, call: LinkCall, easy: UnsafeMutableRawPointer,
        continuation: CheckedContinuation<CallResult, Never>
    ) {
        self.id = id
        self.call = call
        self.easy = easy
        self.continuation = continuation
    }

    /// - Returns: whether libcurl took it all; nothing may be sent otherwise.
    func prepare(_ settings: CurlTransport.Settings, _ credentials: Credentials) -> Bool {
        var options = CurlOptions(easy)
        options.setUser(Unmanaged.passUnretained(self).toOpaque())
        options.setRequest(call, at: settings.target)
        for line in call.headerLines(credentials) {
            guard let longer = curl_slist_append(headers, line) else { return false }
            headers = longer
        }
        options.set(CURLOPT_HTTPHEADER, headers)
        return options.areTaken
    }

    func freeHeaders() {
        catalink_curl_set_pointer(easy, CURLOPT_HTTPHEADER, nil)
        curl_slist_free_all(headers)
        headers = nil
    }

    /// A transfer asks once; a second time means that libcurl wants to send the request again.
    fileprivate func mayBegin() -> Bool {
        isRepeatRefused = hasStarted
        hasStarted = true
        return !isRepeatRefused
    }

    fileprivate func take(body: UnsafeRawBufferPointer) -> Bool {
        guard received.count + body.count <= Self.largestAnswer else {
            excess = "an answer of more than 4 MiB"
            return false
        }
        received.append(contentsOf: body)
        return true
    }

    fileprivate func take(header: UnsafeRawBufferPointer) -> Bool {
        headBytes += header.count
        guard headBytes <= Self.largestHead else {
            excess = "headers of more than 256 KiB"
            return false
        }
        if header.starts(with: "HTTP/".utf8) { isHeadWhole = false }
        if header.elementsEqual("\r\n".utf8) || header.elementsEqual("\n".utf8) { isHeadWhole = true }
        rate.take(header)
        return true
    }

    func result(_ code: CURLcode) -> CallResult {
        // To libcurl an answer that ends within its headers is whole.
        if code == CURLE_OK, isHeadWhole {
            var status = 0
            catalink_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            return .answered(
                Answer(
                    status: status, body: received, rate: rate.headers,
                    retryAfter: rate.retryAfter(
                        receivedAt: Timestamp(seconds: Int64(Date().timeIntervalSince1970))),
                    serverDate: rate.serverDate))
        }
        return hasStarted ? .lost(reason(code)) : .notSent(reason(code))
    }

    private func reason(_ code: CURLcode) -> String {
        if let excess { return excess }
        if code == CURLE_OK { return "the connection closed within the headers of an answer" }
        return isRepeatRefused
            ? "the connection closed before an answer" : String(cString: curl_easy_strerror(code))
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
    return transfer(user).take(header: line) ? line.count : 0
}

private let onRequest: catalink_curl_prerequest = { user, _, _, _, _ in
    transfer(user).mayBegin() ? Int32(CURL_PREREQFUNC_OK) : Int32(CURL_PREREQFUNC_ABORT)
}
