import ArgumentParser
import CatalinkCore
import CatalinkRunner

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the next run try rejected items again.",
        discussion: """
            What the API has refused is left alone until its row changes, or until
            this is said:

              catalink retry jobs/products.yaml 00417
              catalink retry jobs/products.yaml --rejected --cause "product"
            """)

    @OptionGroup var argument: JobArgument

    @Argument(help: "The key of one item.")
    var item: String?

    @Flag(help: "All that are rejected, or those of one --cause.")
    var rejected = false

    @Option(help: "A part of the API's message.")
    var cause: String?

    func validate() throws {
        guard rejected || item != nil else {
            throw ValidationError("expected --rejected or the key of an item, got: neither")
        }
    }

    func run() async throws {
        try await working(argument.job) { work in
            Terminal.print([try await work.retry(key: item, cause: cause)])
            return .settled
        }
    }
}

struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Settle an item that is unknown or held, as you have found it.",
        discussion: """
            Look for the link where the API's own pages show it, then say what is so:

              catalink resolve jobs/products.yaml 00417 --created pl_0123456789
              catalink resolve jobs/products.yaml 00418 --not-created

            Of a link that is not as it was asked for, --created with its id lets it
            be so.
            """)

    @OptionGroup var argument: JobArgument

    @Argument(help: "The item's key.")
    var item: String

    @Option(help: "The item's segment, where there are several.")
    var segment: String?

    @Option(help: "The id of its link; the API is asked for it.")
    var created: String?

    @Flag(help: "No link was made; the next run makes it.")
    var notCreated = false

    func validate() throws {
        guard (created != nil) != notCreated else {
            throw ValidationError(
                "expected --created ID or --not-created, got: \(notCreated ? "both" : "neither")")
        }
    }

    func run() async throws {
        try await working(argument.job) { work in
            Terminal.print([try await work.resolve(key: item, segment: segment, linkID: created)])
            return .settled
        }
    }
}

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop all sending at the next request, until `catalink resume`.",
        discussion: """
            Runs that are at work wait, and those that begin do too:

              catalink pause jobs/quickstart.yaml
              catalink pause --all
            """)

    @OptionGroup var whom: PausedJobs

    func run() async throws {
        try await whom.tell { try $0.pause() }
    }
}

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let what was paused go on.",
        discussion: """
            Each form lifts its own pause, and no other:

              catalink resume jobs/quickstart.yaml
              catalink resume --all
            """)

    @OptionGroup var whom: PausedJobs

    func run() async throws {
        try await whom.tell { try $0.resume() }
    }
}

/// One job, or all.
struct PausedJobs: ParsableArguments {
    @Argument(help: "The job file.", completion: .file(extensions: ["yaml", "yml"]))
    var job: String?

    @Flag(help: "All jobs under the state directory.")
    var all = false

    func validate() throws {
        guard (job != nil) != all else {
            throw ValidationError("expected a job file or --all, got: \(all ? "both" : "neither")")
        }
    }

    func tell(_ change: (Pausing) throws -> String) async throws {
        try await reporting(job ?? "all") {
            Terminal.print([try change(Pausing(job.map { try JobFile.load($0) }, Signals.environment()))])
            return .settled
        }
    }
}

/// Runs a verb that works on a job's ledger by hand.
func working(
    _ file: String, _ format: DocumentFormat = .text, mayBegin: Bool = false,
    _ body: (HandWork) async throws -> ExitStatus
) async throws {
    try await reporting(file, format) {
        var environment = Signals.environment()
        environment.mayBeginLedger = mayBegin
        let display = ProgressDisplay(.none)
        environment.onProgress = { display.show($0) }
        return try await body(try HandWork(try JobFile.load(file), environment))
    }
}
