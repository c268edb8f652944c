import CatalinkTransport
import Testing

struct TargetTests {
    @Test(arguments: [
        ("https://api.devdraft.ai", "api.devdraft.ai", "https://api.devdraft.ai", false),
        ("https://API.devdraft.ai/", "api.devdraft.ai", "https://api.devdraft.ai", false),
        ("http://127.0.0.1:8787", "127.0.0.1-8787", "http://127.0.0.1:8787", true),
        ("http://localhost:80", "localhost-80", "http://localhost:80", true),
        ("http://[::1]:8787", "", "http://[::1]:8787", true),
        ("https://example.com:8443", "example.com-8443", "https://example.com:8443", false),
    ])
    func addressesAreTaken(_ address: String, _ origin: String, _ base: String, _ isLoopback: Bool) throws {
        let target = try Target(address)
        #expect(target.base == base)
        #expect(target.isLoopback == isLoopback)
        if !origin.isEmpty { #expect(target.origin == origin) }
    }

    @Test(arguments: [
        "", "api.devdraft.ai", "ftp://api.devdraft.ai", "https://", "http://api.devdraft.ai",
        "http://127.0.0.1.evil.example",
        "https://user@api.devdraft.ai", "https://api.devdraft.ai/v1", "https://api.devdraft.ai?x=1",
        "https://host:0",
        "https://host:99999", "https://a b", "http://10.0.0.1",
    ])
    func addressesAreRefused(_ address: String) {
        #expect(throws: Target.Failure.self) { try Target(address) }
    }

    @Test func credentialsAreNeverPrinted() {
        let credentials = Credentials(key: "visible-key", secret: "visible-secret")
        let texts = ["\(credentials)", String(describing: credentials), String(reflecting: credentials)]
        for text in texts { #expect(!text.contains("visible")) }
    }
}
