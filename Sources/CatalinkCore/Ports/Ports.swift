/// A source of records; opened once a pass, on the thread that reads.
package protocol CatalogSource: Sendable {
    /// - Parameter columns: the columns that the job names. A format with a header of its own ignores them; one whose
    ///   columns are paths reads just these.
    func open(columns: [String]) throws(CatalogError) -> any CatalogReader
}

/// Reads one catalog to its end; lives on one thread.
package protocol CatalogReader: AnyObject {
    /// The next records, or `nil` after the last. At the end the source has been found whole and unchanged.
    func next() throws(CatalogError) -> RecordBatch?
    /// Every column that the catalog has shown so far; for a format of paths also those not asked for.
    var seenColumns: [String] { get }
    /// What a person should know of how the catalog was read so far: what was guessed, passed over or filled up. Each
    /// note is one message with its place.
    var notes: [String] { get }
}

extension CatalogReader {
    package var notes: [String] { [] }
}

/// Why a catalog cannot be read.
package struct CatalogError: Error, Equatable {
    package var location: String
    package var expected: String
    package var got: String
    package var hint: String?

    package init(at location: String, expected: String, got: String, hint: String? = nil) {
        self.location = location
        self.expected = expected
        self.got = got
        self.hint = hint
    }

    package var message: String {
        "\(location): expected \(expected), got: \(got)" + (hint.map { " (\($0))" } ?? "")
    }
}

/// The time, and waiting for it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    /// The present by both clocks; its `wall` is what `now()` gives.
    func moment() -> Moment
    /// Waits by the steady clock, so that a step of the wall's shortens or lengthens nothing.
    ///
    /// - Throws: `CancellationError`.
    func sleep(untilSteady moment: Timestamp) async throws
}

/// One HTTP exchange with the API.
package protocol LinkTransport: Sendable {
    func send(_ call: LinkCall) async -> CallResult
}

package struct LinkCall: Sendable, Equatable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
    }

    package var method: Method
    /// With the leading slash.
    package var path: String
    package var idempotencyKey: IdempotencyKey?
    package var body: [UInt8]

    package init(method: Method, path: String, idempotencyKey: IdempotencyKey? = nil, body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.idempotencyKey = idempotencyKey
        self.body = body
    }

    package static func create(_ body: [UInt8], key: IdempotencyKey) -> LinkCall {
        LinkCall(method: .post, path: "/api/v0/payment-links", idempotencyKey: key, body: body)
    }
}

package enum CallResult: Sendable, Equatable {
    case answered(Answer)
    /// No byte of the request left: DNS, connection or TLS failed.
    case notSent(String)
    /// It left, or may have, and no whole answer came.
    case lost(String)
}

package struct Answer: Sendable, Equatable {
    package var status: Int
    package var body: [UInt8]
    package var rate: RateHeaders?
    package var retryAfter: Duration?
    /// The `Date` of the answer, in whole seconds, rounded down.
    package var serverDate: Timestamp?

    package init(
        status: Int, body: [UInt8], rate: RateHeaders? = nil, retryAfter: Duration? = nil,
        serverDate: Timestamp? = nil
    ) {
        self.status = status
        self.body = body
        self.rate = rate
        self.retryAfter = retryAfter
        self.serverDate = serverDate
    }
}

/// The requests that a client key may still make.
package protocol RateBudget: Sendable {
    /// Takes back what has been answered or lost, then grants up to `wanted` requests.
    func turn(_ answered: [Pacer.Settlement], wanted: Int, at now: Moment) async throws -> Pacer.Turn
    /// What was granted here, window by window.
    func windowUses() async -> [Pacer.WindowUse]
}
