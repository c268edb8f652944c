import CatalinkCore
import CatalinkTestSupport
import CatalinkTransport
import Foundation
import Testing

/// The real binary in a directory of its own, with the samples beside the jobs as in the project.
struct CommandLine: Sendable {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        func json() throws -> JSONValue { try JSONValue(parsing: Array(output.utf8)) }
    }

    let directory: String
    var variables = ["PATH": "/usr/bin:/bin"]

    /// The top of the project.
    static let root = #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")

    static func withProject(_ body: (CommandLine) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            for folder in ["samples", "jobs"] {
                try FileManager.default.copyItem(
                    atPath: "\(root)/\(folder)", toPath: "\(directory)/\(folder)")
            }
            var command = CommandLine(directory: directory)
            command.variables["STATE_DIRECTORY"] = directory + "/state"
            try await body(command)
        }
    }

    func write(_ text: String, to name: String) throws {
        try CatalinkTestSupport.write(text, to: directory + "/" + name)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
    }

    /// Runs to the end, without blocking a thread.
    func run(_ arguments: String...) async throws -> Outcome {
        let started = try start(arguments)
        let status = await started.ended()
        return Outcome(status: status, output: try started.output(), errors: try started.errors())
    }

    /// - Parameter input: what is piped into the process.
    func start(_ arguments: [String], input: String? = nil) throws -> StartedCommand {
        try StartedCommand(arguments, directory: directory, variables: variables, input: input)
    }

    /// - Parameter input: what the process reads; its other end stays with the caller.
    func start(_ arguments: [String], from input: Pipe) throws -> StartedCommand {
        try StartedCommand(arguments, directory: directory, variables: variables, pipe: input)
    }

    /// A job file in the directory that maps the columns `sku`, `title` and `price`.
    func writeJob(
        _ name: String, source: String, target: String, more: String = "", prefix: String = ""
    ) throws {
        try write(
            """
            job: \(name)
            source: \(source)
            key: "{{\(prefix)sku}}"
            link: {title: "{{\(prefix)title}}", url: "{{\(prefix)sku | slug}}", linkType: PRODUCT}
            pricing: {price: "{{\(prefix)price}}"}
            target: \(target)
            \(more)

            """, to: name + ".yaml")
    }
}

/// A process of the command that goes on by itself.
final class StartedCommand: Sendable {
    private let base: String
    private let process: UncheckedProcess
    private let exit: AsyncStream<Int32>

    /// Foundation's process is used by one test alone.
    private struct UncheckedProcess: @unchecked Sendable {
        let process = Process()
    }

    init(
        _ arguments: [String], directory: String, variables: [String: String], input: String? = nil,
        pipe given: Pipe? = nil, executable: URL = Bundle.main.bundleURL.appending(path: "catalink")
    ) throws {
        base = "\(directory)/\(UUID().uuidString)"
        process = UncheckedProcess()
        let (exit, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.exit = exit
        let process = process.process
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = variables
        // As much as a pipe holds: nobody waits for the process to read it.
        let pipe = given ?? input.map { _ in Pipe() }
        process.standardInput = pipe ?? FileHandle.nullDevice
        process.standardOutput = try Self.file(base + ".out")
        process.standardError = try Self.file(base + ".err")
        process.terminationHandler = { ended in
            let isKilled = ended.terminationReason == .uncaughtSignal
            continuation.yield(isKilled ? -ended.terminationStatus : ended.terminationStatus)
            continuation.finish()
        }
        try process.run()
        if let input, let pipe {
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    /// The exit status; the negative number of the signal that ended it.
    func ended() async -> Int32 {
        await exit.first { _ in true } ?? -1
    }

    func output() throws -> String { try String(contentsOfFile: base + ".out", encoding: .utf8) }
    func errors() throws -> String { try String(contentsOfFile: base + ".err", encoding: .utf8) }

    func signal(_ number: Int32) {
        kill(process.process.processIdentifier, number)
    }
}

/// The sandbox as a process of its own.
struct SandboxProcess: Sendable {
    let port: Int
    private let process: StartedCommand

    static func with(
        _ command: CommandLine, _ arguments: String..., body: (SandboxProcess) async throws -> Void
    ) async throws {
        let process = try command.start(["sandbox", "--port", "0"] + arguments)
        defer { process.signal(SIGKILL) }
        for _ in 0..<500 {
            let words = try process.output().split(whereSeparator: { $0 == ":" || $0.isNewline })
            if let port = words.last.flatMap({ Int($0) }) {
                return try await body(SandboxProcess(port: port, process: process))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the sandbox did not start: \(try process.errors())")
    }

    var target: String { "{url: \"http://127.0.0.1:\(port)\"}" }

    func page(_ path: String) async throws -> JSONValue {
        let transport = CurlTransport(
            .init(target: try Target("http://127.0.0.1:\(port)"), timeout: .seconds(10), connections: 1),
            credentials: Credentials(key: "sandbox", secret: "sandbox"))
        guard case .answered(let answer) = await transport.send(LinkCall(method: .get, path: path)) else {
            return .null
        }
        return try JSONValue(parsing: answer.body)
    }
}
