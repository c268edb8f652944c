package import CatalinkCore
package import CatalinkRead
package import CatalinkTransport

/// A job file, checked and compiled: everything that a run needs to know beside the catalog and the ledger.
package struct Job: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case csv, tsv, xml, yaml, json, jsonl

        /// Whether the file has a header, rather than paths below each record.
        package var hasHeader: Bool { self == .csv || self == .tsv }
    }

    package struct Source: Sendable {
        /// Files and patterns in the order in which they are read; `-` is standard input.
        package var patterns: [String]
        package var format: Format
        /// For formats with a record path.
        package var records: String?
        /// Prefixes of XML names and their URIs.
        package var namespaces: [String: String] = [:]
        package var dialect = CSVDialect()
        package var settings = InputSettings()
        package var place: JobPlace
        /// What the job is built on.
        package var preset: Preset?
        /// Whether what is read is a fix file.
        package var isFix = false

        /// How messages call the catalog.
        package var name: String {
            patterns.count == 1 ? patterns[0] : "\(patterns[0]) and \(patterns.count - 1) more"
        }
    }

    /// What records take from each other; numbers are slots.
    package struct Kinship: Sendable {
        /// Among neighbours; without `by` from whatever is above.
        package var fillDown: (by: Int?, columns: [Int])?
        /// Over the whole catalog.
        package var inheritances: [Inheritance] = []
        package var unfolding: Unfolding?
    }

    package enum Destination: Sendable {
        /// Served inside the run.
        case sandbox(RateLimit)
        case api(Target)
    }

    package struct Limits: Sendable {
        /// The first of `rates`, by which a plan reckons its time.
        package var rate: RateLimit
        /// All that hold at once.
        package var rates: [RateLimit]
        /// Whether the server may allow more than the rates say.
        package var mayRaise: Bool
        /// So long a 429 may follow another before a run gives up.
        package var maxWait: Duration
        package var concurrency: Int
        package var timeout: Duration
        package var rest: Duration
        package var retries: Int
        /// How old a send must be before its link's absence from the list means something.
        package var lookupAfter: Duration = .seconds(600)
        package var deadline: Deadline?
        /// How long an idempotency key is trusted.
        package var keyLife = KeyLife()
        /// How long the API keeps one.
        package var keyLifetime: Duration = .seconds(86_400)
    }

    /// What is done about changes, mistakes and surprises.
    package struct Policy: Sendable {
        package var onChange = ChangePolicy.report
        package var brakes = Brakes()
        /// How far an amount may move from the one that its link was made with.
        package var maxChange: LargestChange?
        /// The first creations that go one at a time.
        package var canary: Int
        package var maxErrors: ErrorLimit?
    }

    /// How results are written.
    package struct Results: Sendable {
        /// Whether CSV begins with a byte order mark.
        package var hasByteOrderMark = false
    }

    /// The file as it was named.
    package var file: String
    package var name: String
    package var source: Source
    package var kinship: Kinship
    package var mapping: RowMapping
    package var destination: Destination
    /// The name of the credentials, which is the account's.
    package var account: String
    package var limits: Limits
    package var policy: Policy
    package var expect = Expectations()
    /// The file of known problems, read only where problems are looked for.
    package var accept: (path: String, place: JobPlace)?
    /// Where state lives, when the job says it.
    package var state: String?
    package var results = Results()
    /// The directories of so many runs are kept; `nil` for all.
    package var keep: Int?
    /// Where a monitor finds what became of the last run.
    package var metrics: String?
    /// Who else is told.
    package var notify: [Notification] = []
    /// How old an unknown or held item may be before monitors are told.
    package var unsettledAfter: Duration = .seconds(86_400)
    /// How payments are read.
    package var conversion = ConversionSettings()
    /// What is read in the catalog's place.
    package var fix: FixImport?

    package var identity: Identity {
        let origin =
            switch destination {
            case .sandbox: "sandbox"
            case .api(let target): target.origin
            }
        return Identity(origin: origin, account: account, job: name)
    }

    /// Against the sandbox and loopback a ledger may begin by itself.
    package var isLive: Bool {
        if case .api(let target) = destination { return !target.isLoopback }
        return false
    }
}

/// What is wrong with a job file: every complaint, each at its line and column.
package struct JobFileError: Error {
    package var messages: [String]

    package init(messages: [String]) {
        self.messages = messages
    }
}
