import CatalinkHash

/// The page's own style and script, and the policy that lets a browser run these and nothing else.
enum PageAssets {
    static let style = PackageResources.report_css
    static let script = PackageResources.report_js

    /// A Content-Security-Policy: nothing is fetched, and only this style and this script are obeyed.
    ///
    /// Source: Content Security Policy Level 3, hash sources.
    static var policy: String {
        "default-src 'none'; style-src '\(source(style))'; script-src '\(source(script))'; base-uri 'none'; "
            + "form-action 'none'"
    }

    private static func source(_ asset: [UInt8]) -> String {
        "sha256-" + SHA256.digest(of: asset).bytes.base64
    }
}

extension [UInt8] {
    /// Base 64 with padding (RFC 4648, section 4).
    var base64: String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: count, by: 3) {
            let part = self[start..<Swift.min(start + 3, count)]
            let bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            for place in 0..<4 {
                text.append(
                    place <= part.count ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return text.text
    }
}
