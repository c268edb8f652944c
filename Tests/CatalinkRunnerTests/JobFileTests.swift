import CatalinkCore
import CatalinkRead
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

struct JobFileTests {
    static let good = """
        job: shop
        source: {path: c.csv}
        key: "{{sku}}"
        link: {title: "{{title}}", url: "{{sku}}"}
        pricing: {price: "{{price}}"}
        target: {sandbox: {limit: 10, window: 1s}}
        """

    static func load(_ text: String) async throws -> Job {
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/job.yaml")
            return try JobFile.load(directory + "/job.yaml")
        }
    }

    static func complaints(_ text: String) async throws -> [String] {
        do {
            _ = try await load(text)
            return []
        } catch let error as JobFileError {
            // The directory is a new one each time.
            return error.messages.map { $0.components(separatedBy: "/job.yaml:").last ?? $0 }
        }
    }

    @Test func defaultsAreTheDocumentedOnes() async throws {
        let job = try await Self.load(Self.good)
        #expect(job.name == "shop")
        #expect(job.account == "default")
        #expect(job.identity == Identity(origin: "sandbox", account: "default", job: "shop"))
        #expect(job.limits.rate == RateLimit(requests: 10, window: .seconds(1), reserve: 1))
        #expect(job.limits.rates == [job.limits.rate])
        #expect(!job.limits.mayRaise)
        #expect(job.limits.maxWait == .seconds(900))
        #expect(job.limits.concurrency == 16)
        #expect(job.limits.timeout == .seconds(30))
        #expect(job.limits.rest == .seconds(60))
        #expect(job.policy.onChange == .report)
        #expect(!job.isLive)
    }

    @Test func aLargeFieldMakesRoomForItInItsRecord() async throws {
        for (size, record) in [("16MiB", 32 << 20), ("1GiB", 1 << 30)] {
            let text = Self.good.replacing("c.csv", with: "c.csv, limits: {field: \(size)}")
            #expect(try await Self.load(text).source.settings.limits.recordSize == record)
        }
    }

    @Test func pricesMoveAsFarAsTheJobSays() async throws {
        #expect(try await Self.load(Self.good).policy.maxChange == nil)
        let guarded = Self.good.replacing("\"{{price}}\"", with: "\"{{price}}\", guard: {maxChange: 12.5%}")
        #expect(try await Self.load(guarded).policy.maxChange == LargestChange(written: "12.5%"))
        let brakes = Self.good + "\npolicy: {brakes: {moved: off, changed: 5%}}"
        let shares = try await Self.load(brakes).policy.brakes.shares
        #expect(shares[.moved] == nil)
        #expect(shares[.changed] == Brakes.Share(permille: 50))
    }

    @Test func aLiveTargetHasTheAPIsOwnRate() async throws {
        let job = try await Self.load(
            Self.good.replacing(
                "{sandbox: {limit: 10, window: 1s}}",
                with: "{url: \"https://api.devdraft.ai\", credentials: main}"))
        #expect(job.isLive)
        #expect(job.identity.origin == "api.devdraft.ai")
        #expect(job.account == "main")
        #expect(job.limits.rate == RateLimit(requests: 100, window: .seconds(60), reserve: 1))
    }

    @Test func severalRatesHoldAtOnce() async throws {
        let job = try await Self.load(Self.good + "\nlimits: {rate: [50/1m, 5000/24h], maxWait: 5m}")
        let minute = RateLimit(requests: 50, window: .seconds(60), reserve: 1)
        let day = RateLimit(requests: 5000, window: .seconds(86_400), reserve: 1)
        #expect(job.limits.rates == [minute, day])
        #expect(job.limits.rate == minute)
        #expect(job.limits.maxWait == .seconds(300))
    }

    @Test func theServerMayRaiseItsOwnRate() async throws {
        let job = try await Self.load(Self.good + "\nlimits: {rate: server, reserve: 2}")
        #expect(job.limits.rates == [RateLimit(requests: 10, window: .seconds(1), reserve: 2)])
        #expect(job.limits.mayRaise)
    }

    /// A change to the good job, and the complaint it gives.
    private static let mistakes: [(old: String, new: String, complaint: String)] = [
        (
            "job: shop", "job: Shop",
            "1:6: job: expected a name of a-z, 0-9, `.`, `_` and `-`, at most 64 long, got: \"Shop\""
        ),
        ("job: shop", "jobb: shop", "1:1: job: expected a known name, got: \"jobb\" (did you mean \"job\"?)"),
        (
            "c.csv", "c.xls",
            "2:16: source.path: expected a name that ends in .csv, .tsv, .xml, .yaml, .json or .jsonl, or `format:`, got: \"c.xls\""
        ),
        (
            "c.csv", "c.csv, format: cvs",
            "2:31: source.format: expected csv, tsv, xml, yaml, json, jsonl, got: \"cvs\" (did you mean csv?)"
        ),
        (
            "c.csv", "c.csv, delimiter: ab",
            "2:34: source.delimiter: expected one character, and no line end, got: \"ab\""
        ),
        (
            "c.csv", "c.xml",
            "2:9: source: expected `records:`, the path of the elements that are records, got: nothing (such as /rss/channel/item)"
        ),
        ("{{sku}}\"\nlink", "{{sku\"\nlink", "3:6: key: expected a closing `}}`, got: \"{{sku\""),
        ("title: \"{{title}}\", ", "", "4:7: link: expected `title:`, got: nothing"),
        (
            "\"{{price}}\"", "\"{{price | decimal: kommma}}\"",
            "5:18: pricing.price: expected `decimal: point` or `decimal: comma`, got: \"kommma\""
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", guard: {maxChange: 30}",
            "5:50: pricing.guard.maxChange: expected a share such as 30%, got: \"30\""
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", guard: {maxChnge: 30%}",
            "5:39: pricing.guard: expected a known name, got: \"maxChnge\" (did you mean \"maxChange\"?)"
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", round: {to: \"0\"}",
            "5:43: pricing.round.to: expected a number above zero such as 0.01, got: \"0\""
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", round: {ending: \"1.5\"}",
            "5:47: pricing.round.ending: expected a part of one, such as 0.99, got: \"1.5\""
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", rules: [{name: a}]",
            "5:39: pricing.rules: expected one of `percent:`, `add:`, `set:`, `factor:`, `convert:`, `markup:` and `margin:`, got: none"
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", rules: [{name: a, set: 1, add: 2}]",
            "5:39: pricing.rules: expected one of `percent:`, `add:`, `set:`, `factor:`, `convert:`, `markup:` and `margin:`, got: add and set"
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", rules: [{name: a, when: {b: {like: c}}, set: 1}]",
            "5:60: when.b: expected a known name, got: \"like\" (known: eq, in, glob, min, max, above, below, empty, not)"
        ),
        (
            "{sandbox: {limit: 10, window: 1s}}", "{url: \"http://api.devdraft.ai\"}",
            "6:15: target.url: expected https, got: \"http://api.devdraft.ai\" (only loopback addresses are reached by http)"
        ),
        (
            "{sandbox: {limit: 10, window: 1s}}", "{}",
            "6:9: target: expected `url:` or `sandbox:`, got: neither"
        ),
        (
            "window: 1s", "window: soon",
            "6:39: target.sandbox.window: expected a time such as 500ms, 30s, 1m or 24h, got: \"soon\""
        ),
        (
            "job: shop", "job: shop\npolicy: {onChange: ask}",
            "2:20: policy.onChange: expected report, keep, replace, update, got: \"ask\""
        ),
        (
            "job: shop", "job: shop\nlimits: {rate: 100}",
            "2:16: limits.rate: expected requests and a window, such as 100/1m, got: \"100\""
        ),
        (
            "job: shop", "job: shop\nlimits: {rate: [100/1m, 5/1m]}",
            "2:25: limits.rate: expected each window once, got: \"5/1m\""
        ),
        (
            "job: shop", "job: shop\nlimits: {rate: []}",
            "2:16: limits.rate: expected at least one rate, got: an empty list"
        ),
        (
            "job: shop", "job: shop\nsegments: []",
            "2:11: segments: expected at least one segment, got: an empty list"
        ),
        ("job: shop", "job: shop\nsegments: [a, a]", "2:15: segments: expected different names, got: \"a\""),
    ]

    @Test(arguments: mistakes.indices)
    func aMistakeIsNamedAtItsPlace(_ index: Int) async throws {
        let mistake = Self.mistakes[index]
        let text = Self.good.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
        #expect(text != Self.good)
        let complaints = try await Self.complaints(text)
        #expect(complaints.contains(mistake.complaint), "\(complaints)")
    }

    @Test func aNameTwiceIsRefused() async throws {
        await #expect(throws: JobFileError.self) { _ = try await Self.load(Self.good + "\njob: again") }
    }

    @Test(arguments: [("500ms", 500), ("30s", 30_000), ("1m", 60_000), ("24h", 86_400_000)])
    func timesAreRead(_ text: String, _ milliseconds: Int) {
        #expect(Duration(written: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "5", "5 s", "-1s", "1y", "99999999999s"])
    func otherTimesAreNot(_ text: String) {
        #expect(Duration(written: text) == nil)
    }
}
