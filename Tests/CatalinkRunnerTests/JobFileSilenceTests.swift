import CatalinkCore
import CatalinkRunner
import Testing

/// What a job file could say to no effect is refused rather than passed over.
struct JobFileSilenceTests {
    /// A change to the good job, and the only complaint it gives.
    private static let mistakes: [(old: String, new: String, complaint: String)] = [
        (
            "c.csv", "c.csv, records: /a",
            "2:32: source.records: expected nothing, as csv has no use for it, got: \"/a\""
        ),
        (
            "c.csv", "c.csv, namespaces: {g: u}",
            "2:35: source.namespaces: expected nothing, as csv has no use for it, got: a mapping"
        ),
        (
            "c.csv", "c.json, delimiter: \";\"",
            "2:35: source.delimiter: expected nothing, as json has no use for it, got: \";\""
        ),
        (
            "c.csv", "c.xml, records: /a/b, quote: none",
            "2:45: source.quote: expected nothing, as xml has no use for it, got: \"none\""
        ),
        (
            "c.csv", "c.yaml, headerRow: 2",
            "2:35: source.headerRow: expected nothing, as yaml has no use for it, got: \"2\""
        ),
        (
            "c.csv", "c.jsonl, comment: \"#\"",
            "2:34: source.comment: expected nothing, as jsonl has no use for it, got: \"#\""
        ),
        (
            "c.csv", "c.yaml, ragged: pad",
            "2:32: source.ragged: expected nothing, as yaml has no use for it, got: \"pad\""
        ),
        (
            "c.csv", "c.csv, delimiter: \"\\n\"",
            "2:34: source.delimiter: expected one character, and no line end, got: \"\\n\""
        ),
        (
            "c.csv", "c.csv, delimiter: \"\\r\"",
            "2:34: source.delimiter: expected one character, and no line end, got: \"\\r\""
        ),
        (
            "c.csv", "c.csv, quote: \";\", delimiter: \";\"",
            "2:46: source.delimiter: expected another character than `quote:`, got: \";\""
        ),
        (
            "c.csv", "c.csv, limits: {field: 1025MiB}",
            "2:39: source.limits.field: expected a size such as 64KiB or 8MiB, at most 1GiB, got: \"1025MiB\""
        ),
        (
            "c.csv", "c.csv, limits: {record: 4294967296GiB}",
            "2:40: source.limits.record: expected a size such as 64KiB or 8MiB, at most 1GiB, got: \"4294967296GiB\""
        ),
        (
            "c.csv", "c.csv, limits: {name: 99999999999999999999GiB}",
            "2:38: source.limits.name: expected a size such as 64KiB or 8MiB, at most 1GiB, got: "
                + "\"99999999999999999999GiB\""
        ),
        (
            "c.csv", "c.csv, limits: {unpacked: 1048577GiB}",
            "2:42: source.limits.unpacked: expected a size such as 64KiB or 8MiB, at most 1048576GiB, got: "
                + "\"1048577GiB\""
        ),
        (
            "job: shop", "job: shop\nwhere: {a: ~}",
            "2:12: where.a: expected what it must be, got: nothing (`{empty: true}` asks for no text; without a "
                + "value an entry only takes a preset's away)"
        ),
        (
            "job: shop", "job: shop\nwhere: {a: {}}",
            "2:12: where.a: expected a test, such as `eq:` or `empty:`, got: an empty mapping"
        ),
        (
            "job: shop", "job: shop\nwhere: {a: []}",
            "2:12: where.a: expected at least one value, got: an empty list (it would be the same for every row)"
        ),
        (
            "job: shop", "job: shop\nwhere: {a: {in: []}}",
            "2:17: where.a.in: expected at least one value, got: an empty list (it would be the same for every row)"
        ),
        (
            "job: shop", "job: shop\nwhere: {a: {not: {glob: []}}}",
            "2:25: where.a.not.glob: expected at least one value, got: an empty list (it would be the same for every row)"
        ),
        (
            "job: shop", "job: shop\nwhere: {a: {reason: old}}",
            "2:12: where.a: expected a test, such as `eq:` or `empty:`, got: only a reason"
        ),
        (
            "job: shop", "job: shop\nwhere: {a: {eq: b, reason: ''}}",
            "2:20: where.a: expected a reason in words, got: \"\""
        ),
        (
            "\"{{price}}\"", "\"{{price}}\", convert: {to: eurc, rate: 2}",
            "5:45: pricing.convert.to: expected usdc, the currency of the links, got: \"eurc\" (`link: "
                + "{currency: eurc}` makes them in the other one)"
        ),
        (
            "\"{{price}}\"", "\"{{d | date: 'yyyy-MM-dd hh:mm'}}\"",
            "5:18: pricing.price: expected a pattern of y, M, d, H, m, s and marks between them for `date`, got: "
                + "\"yyyy-MM-dd hh:mm\" (`h` stands for nothing; of letters only T and Z stand for themselves)"
        ),
    ]

    @Test(arguments: mistakes.indices)
    func whatWouldHaveNoEffectIsRefused(_ index: Int) async throws {
        let mistake = Self.mistakes[index]
        let text = JobFileTests.good.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
        let complaints = try await JobFileTests.complaints(text)
        #expect(complaints == [mistake.complaint])
    }

    private static let harmless: [(old: String, new: String)] = [
        ("c.csv", "c.tsv, delimiter: \";\", quote: none, headerRow: 2, comment: \"#\", ragged: pad"),
        ("c.csv", "c.json, records: /a"), ("c.csv", "c.xml, records: /g:a, namespaces: {g: u}"),
        ("job: shop", "job: shop\nwhere: {a: '', b: {not: ''}}"),
        ("\"{{price}}\"", "\"{{price}}\", convert: {to: usdc, rate: 2}"),
        ("\"{{price}}\"", "\"{{d | date: 'yyyy年M月d日', 'yyyy-MM-ddTHH:mm:ssZ'}}\""),
        (
            "url: \"{{sku}}\"}\npricing: {price: \"{{price}}\"}",
            "url: \"{{sku}}\", currency: \"{{c}}\"}\n"
                + "pricing: {price: \"{{price}}\", convert: {to: eurc, rate: 2}}"
        ),
    ]

    @Test(arguments: harmless.indices)
    func whatHasAnEffectIsTaken(_ index: Int) async throws {
        let text = JobFileTests.good.replacing(
            Self.harmless[index].old, with: Self.harmless[index].new, maxReplacements: 1)
        #expect(text != JobFileTests.good)
        let complaints = try await JobFileTests.complaints(text)
        #expect(complaints == [])
    }

    @Test func allBrakesMayBeOffAtOnce() async throws {
        let job = try await JobFileTests.load(JobFileTests.good + "\npolicy: {brakes: off}")
        #expect(job.policy.brakes.shares.isEmpty)
    }
}
