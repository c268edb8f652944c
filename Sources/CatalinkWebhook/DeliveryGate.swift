package import CatalinkCore
import CatalinkHash

/// Decides whether a delivery is let in: it is small enough, fresh, and signed with the secret.
///
/// The signature is `t=SECONDS,v1=HEX`: HMAC-SHA-256 over the seconds since 1970, a point and the body's own bytes. More
/// than one `v1` is for a secret that is being changed.
package struct DeliveryGate: Sendable {
    /// What a request says of its delivery before its body is read.
    package struct Head: Sendable {
        package var isPost: Bool
        package var signature: String?
        package var id: String?
        /// As announced; `nil` for a body in chunks.
        package var size: Int?

        package init(isPost: Bool, signature: String?, id: String? = nil, size: Int? = nil) {
            self.isPost = isPost
            self.signature = signature
            self.id = id
            self.size = size
        }
    }

    /// A signature that is fresh, and not checked yet.
    package struct Claim: Sendable {
        /// As it was written: it is part of what is signed.
        let time: [UInt8]
        let signatures: [Digest]
        let id: String?
    }

    private let codes: [HMACSHA256]
    /// How far a delivery's time may be from the present, either way.
    private let tolerance: Duration
    /// The largest body, in bytes.
    package let mostBytes: Int
    private static let mostSignatures = 8
    private static let longestID = 255

    /// - Parameter secrets: any of them will do.
    package init(secrets: [[UInt8]], tolerance: Duration = .seconds(300), mostBytes: Int = 256 * 1024) {
        codes = secrets.map { HMACSHA256(key: $0) }
        self.tolerance = tolerance
        self.mostBytes = mostBytes
    }

    /// Whether the body is worth reading.
    package func claim(_ head: Head, at now: Timestamp) throws(DeliveryRefusal) -> Claim {
        guard head.isPost else { throw .method }
        guard head.size ?? 0 <= mostBytes else { throw .tooLarge }
        guard let signature = head.signature, let claim = Self.parsed(signature, id: head.id) else {
            throw .unsigned
        }
        guard let seconds = Int64(claim.time.text), abs(seconds - now.seconds) <= tolerance.components.seconds
        else { throw .stale }
        return claim
    }

    /// The delivery, once its signature is found to be right.
    package func delivery(_ claim: Claim, _ body: [UInt8]) throws(DeliveryRefusal) -> Delivery {
        guard body.count <= mostBytes else { throw .tooLarge }
        var isSigned = false
        for code in codes {
            let right = code.code(of: claim.time, [UInt8(ascii: ".")], body)
            // Every signature is compared, whichever is right.
            for signature in claim.signatures where signature.isEqualInConstantTime(to: right) {
                isSigned = true
            }
        }
        guard isSigned else { throw .wrongSignature }
        // Only who has the secret is told.
        guard (1...Self.longestID).contains(claim.id?.utf8.count ?? 1) else { throw .invalidID }
        return Delivery(id: claim.id ?? SHA256.digest(of: body).hexadecimal, body: body)
    }

    private static func parsed(_ header: String, id: String?) -> Claim? {
        guard header.utf8.count <= 1024 else { return nil }
        var time: [UInt8]?
        var signatures: [Digest] = []
        for part in header.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { return nil }
            let name = pair[0].drop { $0 == " " }
            switch name {
            case "t":
                let digits = Array(pair[1].utf8)
                guard time == nil, (1...12).contains(digits.count), digits.allSatisfy(\.isDigit) else {
                    return nil
                }
                time = digits
            case "v1":
                guard let digest = Digest(hexadecimal: pair[1].utf8) else { return nil }
                signatures.append(digest)
            // Schemes of other versions are not ours to judge.
            default: continue
            }
        }
        guard let time, (1...mostSignatures).contains(signatures.count) else { return nil }
        return Claim(time: time, signatures: signatures, id: id)
    }
}

/// A delivery whose sender has the secret.
package struct Delivery: Sendable, Equatable {
    /// The sender's, or the digest of the body.
    package var id: String
    package var body: [UInt8]

    package init(id: String, body: [UInt8]) {
        self.id = id
        self.body = body
    }
}

/// Why a delivery is not let in.
package enum DeliveryRefusal: String, Error, Sendable, CaseIterable {
    case method
    case tooLarge
    /// The connection ended before the body did: by its sender, or as it took too long.
    case incomplete
    /// No signature, or nothing that could be one.
    case unsigned
    /// Signed too long ago, or for a time to come: a replay, or a clock that is wrong.
    case stale
    case wrongSignature
    /// Signed, with an id that is empty or too long.
    case invalidID = "invalidId"
    /// Not what payments are written in.
    case unreadable
    /// Its id came with another body before.
    case replaced
    /// Some payments are wrong, or of links that the job does not have.
    case unprocessable
    /// It could not be recorded.
    case unrecorded

    package var status: Int {
        switch self {
        case .method: 405
        case .tooLarge: 413
        case .unsigned, .stale, .wrongSignature: 401
        case .incomplete, .invalidID, .unreadable: 400
        case .replaced: 409
        case .unprocessable: 422
        case .unrecorded: 503
        }
    }

    package var meaning: String {
        switch self {
        case .method: "expected POST"
        case .tooLarge: "expected a smaller body"
        case .incomplete: "expected the whole body"
        case .unsigned: "expected a signature t=SECONDS,v1=HEX"
        case .stale: "expected a signature of the last minutes"
        case .wrongSignature: "expected a signature with the secret"
        case .invalidID: "expected 1 to 255 bytes"
        case .unreadable: "expected JSON"
        case .replaced: "expected each delivery id with one body"
        case .unprocessable: "expected payments of this job's links"
        case .unrecorded: "expected to record it; send it again"
        }
    }
}
