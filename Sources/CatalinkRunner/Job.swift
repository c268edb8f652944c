package import CatalinkCore
package import CatalinkRead
package import CatalinkTransport

/// A job file, checked and compiled: everything that a run needs to know beside the catalog and the ledger.
package struct Job: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case csv, tsv, xml, yaml
    }

    package struct Source: Sendable {
        package var path: String
        /// How messages call the catalog.
        package var name: String
        package var format: Format
        /// For formats with a record path.
        package var records: String?
        package var dialect: CSVDialect
        package var place: JobPlace
    }

    package struct FillDown: Sendable {
        package var by: Int
        /// Slots of the columns.
        package var columns: [Int]
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
        /// The first creations that go one at a time.
        package var canary: Int
        package var maxErrors: ErrorLimit?
    }

    /// The file as it was named.
    package var file: String
    package var name: String
    package var source: Source
    package var fillDown: FillDown?
    package var mapping: RowMapping
    package var destination: Destination
    /// The name of the credentials, which is the account's.
    package var account: String
    package var limits: Limits
    package var policy: Policy
    /// Where state lives, when the job says it.
    package var state: String?

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
}
