/// What the environment's variables say of the way to a target.
package struct Surroundings: Sendable, Equatable {
    /// The proxy, for any target but loopback: `https_proxy`, `HTTPS_PROXY`, `all_proxy` or `ALL_PROXY`.
    package var proxy: String?
    /// Hosts that are reached without it: `no_proxy` or `NO_PROXY`.
    package var exceptions: String?
    /// A file of certificate authorities to trust instead of the system's: `SSL_CERT_FILE`.
    package var authorities: String?

    package init(_ variables: [String: String]) {
        func first(_ names: String...) -> String? {
            names.compactMap { variables[$0] }.first { !$0.isEmpty }
        }
        proxy = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exceptions = first("no_proxy", "NO_PROXY")
        authorities = first("SSL_CERT_FILE")
    }
}
