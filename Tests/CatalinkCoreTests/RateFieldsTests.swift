import CatalinkCore
import Testing

struct RateFieldsTests {
    private func fields(_ lines: String...) -> RateFields {
        var fields = RateFields()
        for line in lines { fields.take(Array("\(line)\r\n".utf8)) }
        return fields
    }

    private static let families: [([String], RateHeaders.Window)] = [
        (
            ["X-RateLimit-Limit: 100", "x-ratelimit-remaining:7", "X-RATELIMIT-RESET:  1800000060 "],
            .init(limit: 100, remaining: 7, reset: .at(Timestamp(seconds: 1_800_000_060)))
        ),
        (
            ["X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 7", "X-RateLimit-Reset: 42"],
            .init(limit: 100, remaining: 7, reset: .after(.seconds(42)))
        ),
        (
            ["X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 7", "X-RateLimit-Reset: 1800000060123"],
            .init(limit: 100, remaining: 7, reset: .at(Timestamp(milliseconds: 1_800_000_060_123)))
        ),
        (
            ["RateLimit-Limit: 100, 100;w=60", "RateLimit-Remaining: 7", "RateLimit-Reset: 42"],
            .init(limit: 100, remaining: 7, reset: .after(.seconds(42)))
        ),
        (
            ["RateLimit-Policy: \"default\";q=100;w=60", "RateLimit: \"default\";r=50;t=30"],
            .init(limit: 100, remaining: 50, reset: .after(.seconds(30)), length: .seconds(60))
        ),
        (
            ["RateLimit: \"a;b,c\" ; r=50 ; t=30", "RateLimit-Policy: \"x\";q=1;w=1, \"a;b,c\";q=9;w=5"],
            .init(limit: 9, remaining: 50, reset: .after(.seconds(30)), length: .seconds(5))
        ),
        (["RateLimit: \"a\";r=1"], .init(limit: nil, remaining: 1, reset: nil)),
        (["RateLimit-Policy: 100;w=60"], .init(limit: 100, remaining: nil, reset: nil, length: .seconds(60))),
        (
            ["RateLimit-Policy: \"a\";q=10;w=0", "RateLimit: \"a\";r=1;t=1"],
            .init(limit: 10, remaining: 1, reset: .after(.seconds(1)))
        ),
        (["X-RateLimit-Remaining: 3"], .init(limit: nil, remaining: 3, reset: nil)),
    ]

    @Test(arguments: families.indices)
    func everyFamilyIsRead(_ index: Int) throws {
        let (lines, window) = Self.families[index]
        var fields = RateFields()
        for line in lines { fields.take(Array("\(line)\r\n".utf8)) }
        #expect(try #require(fields.headers).windows.first == window)
    }

    @Test func severalFamiliesAndPoliciesAreAllTold() {
        let fields = fields(
            "X-RateLimit-Limit: 100", "RateLimit-Limit: 100",
            "RateLimit-Policy: \"a\";q=100;w=60, \"b\";q=5000;w=86400",
            "RateLimit: \"b\";r=17;t=600")
        #expect(fields.headers?.windows.count == 4)
        #expect(fields.headers?.windows.map(\.limit) == [100, 100, 5000, 100])
    }

    @Test(arguments: [
        "Content-Type: a", "X-RateLimit-Limit: many", "X-RateLimit-Limit", "RateLimit:",
        "RateLimit-Policy: ,;=",
        "X-RateLimit-Reset: 1800000060", "X-RateLimit-Limit: -5", "",
    ])
    func whatSaysNothingIsNothing(_ line: String) {
        #expect(fields(line).headers == nil)
    }

    /// Whatever a server writes, nothing traps.
    @Test(arguments: ["0", "1", "1000000000", "99999999999", "99999999999999", "999999999999999", "-1"])
    func numbersOfAnySizeHarmNothing(_ number: String) throws {
        let fields = fields(
            "X-RateLimit-Limit: \(number)", "X-RateLimit-Remaining: \(number)",
            "X-RateLimit-Reset: \(number)",
            "RateLimit-Policy: \"a\";q=\(number);w=\(number), \"b\";q=1;w=60",
            "RateLimit: \"a\";r=\(number);t=\(number), \"b\";r=\(number);t=\(number)",
            "Retry-After: \(number)",
            "Date: Fri, 31 Dec 9999 23:59:59 GMT")
        var bench = PacerBench(10)
        for second in 0..<5 {
            guard let token = bench.grants(1, at: Double(second)).tokens.first else { continue }
            let now = PacerBench.moment(Double(second) + 0.5)
            bench.settle(
                Pacer.Settlement(
                    token, headers: fields.headers, serverDate: fields.serverDate, isThrottled: second == 3,
                    retryAfter: fields.retryAfter(receivedAt: now.wall), receivedAt: now))
        }
        #expect(Pacer(bytes: bench.pacer.bytes) == bench.pacer)
    }

    @Test func aNewStatusLineBeginsAnew() {
        let fields = fields(
            "HTTP/1.1 100 Continue", "X-RateLimit-Limit: 5", "Retry-After: 3", "HTTP/1.1 201 Created")
        #expect(fields.headers == nil)
        #expect(fields.retryAfter(receivedAt: Timestamp(seconds: 0)) == nil)
    }

    private static let waits: [([String], Duration?)] = [
        (["Retry-After: 45"], .seconds(45)),
        (["Retry-After: 0"], .zero),
        (["Retry-After: 99999999"], .seconds(86_400)),
        (["Retry-After: soon"], nil),
        (["Retry-After: -1"], nil),
        (["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"], .seconds(37)),
        (["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", "Date: Sun, 06 Nov 1994 08:49:30 GMT"], .seconds(7)),
        (["Retry-After: Sun, 06 Nov 1994 08:00:00 GMT"], .zero),
    ]

    @Test(arguments: waits.indices)
    func retryAfterIsReadInBothForms(_ index: Int) {
        let (lines, wait) = Self.waits[index]
        var fields = RateFields()
        for line in lines { fields.take(Array(line.utf8)) }
        #expect(fields.retryAfter(receivedAt: Timestamp(seconds: 784_111_740)) == wait)
    }

    private static let dates: [(String, Int64?)] = [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
        ("Sun, 31 Feb 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("", nil),
    ]

    @Test(arguments: dates.indices)
    func datesAreReadInTheFormThatServersMustSend(_ index: Int) {
        let (text, seconds) = Self.dates[index]
        #expect(fields("Date: \(text)").serverDate == seconds.map(Timestamp.init(seconds:)))
    }
}
