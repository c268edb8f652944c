import CLibCrypto

/// A SHA-256 computation that is fed bytes and then finished; one context serves many digests.
///
/// Source: FIPS 180-4, by OpenSSL's EVP interface. The algorithm is fetched once a process, because fetching it for
/// each digest costs more than the digest of a request.
@safe
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// Never freed and never changed after it is fetched; libcrypto lets any thread read it.
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        guard let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        return unsafe algorithm
    }()

    package init() {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory") }
        unsafe self.context = context
        start()
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    private func start() {
        let started = unsafe EVP_DigestInit_ex(context, Self.algorithm, nil)
        precondition(started == 1, "libcrypto refused to start a digest")
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        let done = unsafe bytes.withUnsafeBufferPointer {
            unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        precondition(done == 1, "libcrypto refused bytes")
    }

    package mutating func update(_ bytes: [UInt8]) {
        update(bytes.span)
    }

    /// The digest of all bytes since the last call, and a fresh start.
    package mutating func finish() -> Digest {
        var bytes: [UInt8] = Array(repeating: 0, count: 32)
        let done = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
        }
        precondition(done == 1, "libcrypto refused to finish a digest")
        start()
        guard let digest = Digest(bytes: bytes) else { preconditionFailure("a SHA-256 digest has 32 bytes") }
        return digest
    }

    package static func digest(of bytes: [UInt8]) -> Digest {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }
}
