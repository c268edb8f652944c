import CatalinkCore
import Foundation

/// A program that is told of a run: the document on its standard input, no shell, a time limit.
struct CommandNotification: Sendable {
    private let words: [String]
    private let job: Job
    private let variables: [String: String]

    /// - Parameter words: the program and its arguments; not empty.
    init(_ words: [String], _ job: Job, _ variables: [String: String]) {
        self.words = words
        self.job = job
        self.variables = variables
    }

    /// - Returns: what went wrong, if anything did.
    func run(_ document: JSONValue, _ limit: Duration) async throws -> String? {
        guard let program = path else {
            return "command: expected a program to start, got: \(words[0].quoted)"
        }
        let directory = NSTemporaryDirectory() + "/catalink-" + UUID().uuidString
        try StateDirectory.make(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let input = directory + "/input.json"
        // A file, and no pipe: a program that does not read would end its writer.
        try WholeFile.write(to: input) { try $0.write(contentsOf: Data((document.indented() + "\n").utf8)) }
        let child = try ChildProcess(
            program, Array(words.dropFirst()), in: directory, name: "output", variables: harmless,
            input: FileHandle(forReadingFrom: URL(filePath: input)),
            workingDirectory: FileManager.default.currentDirectoryPath)
        let status = await child.ended(within: limit)
        guard status != 0 else { return nil }
        let got = status == -SIGKILL ? "no end within \(limit.written)" : "\(status)"
        return "command: expected \(words[0].quoted) to end with status 0, got: \(got)"
    }

    /// With a slash relative to the job file, else by `PATH`.
    private var path: String? {
        let places =
            words[0].contains("/")
            ? [JobFile.resolved(words[0], besideJob: job.file)]
            : (variables["PATH"] ?? "").split(separator: ":").map { "\($0)/\(words[0])" }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Without the API's credentials.
    private var harmless: [String: String] {
        variables.filter { name, _ in
            !name.hasPrefix("DEVDRAFT_CLIENT_") && name != "CREDENTIALS_DIRECTORY"
        }
    }
}
