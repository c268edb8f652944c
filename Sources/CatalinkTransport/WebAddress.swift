import Foundation

/// An address that may hold a secret, so that it is never told whole.
package struct WebAddress: Sendable, Equatable {
    /// The whole of it; for sending alone.
    package let url: String
    /// Scheme and host: all that messages say of it.
    package let shown: String
    let isLoopback: Bool

    /// `http` or `https` and a host; `nil` for anything else.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty, parts.fragment == nil
        else { return nil }
        url = text
        shown = "\(scheme)://\(host)"
        isLoopback = (try? Target(shown))?.isLoopback ?? false
    }

    /// The same with `/part` behind its path and `query` behind its query.
    package func appending(_ part: String, query: String) -> WebAddress? {
        guard var parts = URLComponents(string: url) else { return nil }
        while parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        if !part.isEmpty { parts.percentEncodedPath += "/" + part }
        let before = parts.percentEncodedQuery.map { $0 + "&" } ?? ""
        parts.percentEncodedQuery = before + query
        return parts.string.flatMap(WebAddress.init)
    }
}
