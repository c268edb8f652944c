import CatalinkCore

/// Where links are made, how fast, and when a run stops by itself.
extension JobSchema {
    static let target = Schema.mapping([
        "url": Schema.words("^https?://").about("The API: `https` anywhere, `http` to loopback only."),
        "sandbox": sandbox,
        "credentials": Schema.words("^[a-z0-9][a-z0-9._-]{0,63}$").about(
            "The account's name; `default` unless it is said."),
    ])
    .adding("anyOf", .array([["url"], ["sandbox"]].map { Schema.required($0).json }))
    .about("Where links are made.")

    static let sandbox = Schema.mapping([
        "limit": Schema.count(1...10_000_000).about("How many requests a window; 100 unless it is said."),
        "window": Schema.duration.about("60s unless it is said."),
    ])
    .about("The API, served inside the run.")

    static let limits = Schema.mapping([
        "rate": Schema.rates.about(
            "Requests a window, `100/1m`; a list whose windows differ in length; or `server`."),
        "reserve": Schema.count(0...1_000_000).about("Requests of each window that are left for others."),
        "maxWait": Schema.duration.about(
            "How long 429s may follow each other, or a target be in trouble; 15m unless it is said."),
        "concurrency": Schema.count(1...1024).about("Requests on their way at once; 16 unless it is said."),
        "timeout": Schema.duration.about("Of one request; 30s unless it is said."),
        "rest": Schema.duration.about("How long a key rests after a lost answer."),
        "retries": Schema.count(0...100).about("Sends of one row after its first; 5 unless it is said."),
        "lookupAfter": Schema.duration.about(
            "How old a send must be before its link's absence from the list means something."),
        "deadline": Schema.deadline.about(
            "When sending ends: `05:30`, a time of day by UTC, or `2026-12-01T05:30:00Z`."),
        "keyLifetime": Schema.duration.about(
            "How long the API keeps an idempotency key; 24h unless it is said."),
    ])
    .about("How fast, and how patiently.")

    static let results = Schema.mapping([
        "bom": Schema.flag.about("Whether CSV begins with a byte order mark, as some spreadsheets need.")
    ])
    .about("How results are written.")

    // MARK: Policy

    static let policy = Schema.mapping([
        "onChange": Schema.choice(ChangePolicy.self).about(
            "What is done about a row whose link has other contents; `report` unless it is said."),
        "allow": Schema.list(of: .choice(PolicyRule.self)).about("Rules to lift; `rules` says it of each."),
        "rules": rules, "brakes": brakes,
        "canary": Schema.count(0...1000).about("The first creates of each run that go one at a time."),
        "maxErrors": Schema.errorLimit.about(
            "When more go wrong the run stops: a number of rows, or a share; 20% unless it is said."
        ),
    ])
    .about("When a run stops by itself, and what it does about changes.")

    // MARK: Expectations

    static let expectations = Schema.mapping(
        of: [
            (
                "rows",
                Schema.fewestRows.about(
                    "The fewest rows: a number, or a share of what the last seven runs had; 50% unless it is said."
                )
            )
        ]
            + Expectations.Cause.allCases.map { cause in
                (cause.rawValue, Schema.choice(Expectations.Response.self).about(about(cause)))
            }
    )
    .about("What is done about a night that is unlike those before; `warn` unless it is said.")

    private static func about(_ cause: Expectations.Cause) -> String {
        switch cause {
        case .empty: "A catalog without rows."
        case .fewer: "One with fewer than `rows`."
        case .same: "A file that a run twelve hours ago and more has read already."
        case .older: "A file that is older than that of the last run."
        case .time:
            "A run four times as long or short as usual; `refuse` holds plans that would take so long."
        }
    }

    static let rules = Schema.mapping(
        of: PolicyRule.allCases.map { ($0.rawValue, Schema.choice(PolicyLevel.self).about(about($0))) }
    )
    .about("How each rule is taken: as an `error`, a `warning`, or not at all (`off`).")

    private static func about(_ rule: PolicyRule) -> String {
        switch rule {
        case .pastExpiry: "An expiry before the run."
        case .taxPair: "`collectTax` without `taxId`, or the reverse."
        case .limitPair: "`limitPayments` without `maxPayments`, or the reverse."
        case .productPair: "Products beside `isForAllProduct`."
        case .amountPair: "A product or a subscription that has no amount."
        case .decimals: "More decimals than two in an amount."
        case .costColumns: "Columns of costs or margins in what payers may see."
        case .linkTypes: "A link type that only some sources name: INVOICE, COLLECTION."
        case .imageAddress:
            "A cover image without https, with a user in its address, or on a private network."
        case .imageForm: "A cover image whose name does not end as images' do."
        case .slugForm: "A slug of more than lower-case letters, digits and single inner hyphens."
        case .slugLength: "A slug longer than 60 characters."
        case .accountSlug: "A slug that a link of another job of the account has."
        case .markdown: "HTML in a description, or a link in it that leads nowhere."
        }
    }

    static let brakes = Schema.mapping([
        "new": Schema.shareOrOff.about("The largest share of items that may be new; 50% unless it is said."),
        "changed": Schema.shareOrOff.about("The largest share that may be changed; 10% unless it is said."),
        "missing": Schema.shareOrOff.about("The largest share that may be missing; 10% unless it is said."),
        "invalid": Schema.shareOrOff.about("The largest share that may be wrong; 20% unless it is said."),
        "moved": Schema.shareOrOff.about("The largest share whose amount may move; 10% unless it is said."),
    ])
    .or("string").adding("pattern", .string("^off$"))
    .about("Shares of the ledger's items beyond which nothing is sent; `off` for one or for all of them.")
}
