import CatalinkCore
import Foundation

/// A file that stops all sending while it is there: of one job, or of all under a state directory.
package struct PauseFile: Sendable {
    package let path: String

    init(in directory: String) {
        path = directory + "/paused"
    }

    /// Who paused and since when; `nil` where nothing is paused.
    package var text: String? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// - Returns: whether it was not paused before.
    func pause(_ text: String) throws -> Bool {
        if unsafe access(path, F_OK) == 0 { return false }
        try WholeFile.write(to: path) { try $0.write(contentsOf: Data((text + "\n").utf8)) }
        return true
    }

    /// - Returns: whether it was paused before.
    func resume() throws -> Bool {
        guard unsafe unlink(path) == 0 else {
            guard errno == ENOENT else {
                throw RunFailure(.unexpected, "\(path): expected to remove it, got: \(systemMessage())")
            }
            return false
        }
        return true
    }
}

/// A budget that grants nothing while a pause file is there; what is on its way ends as ever.
struct PausableBudget: RateBudget {
    private let budget: any RateBudget
    private let pauses: [PauseFile]
    private let onPause: @Sendable (String) -> Void
    /// How often a paused run looks whether it may go on.
    private static let interval: Duration = .milliseconds(500)

    init(_ budget: any RateBudget, _ pauses: [PauseFile], onPause: @escaping @Sendable (String) -> Void) {
        self.budget = budget
        self.pauses = pauses
        self.onPause = onPause
    }

    func turn(_ answered: [Pacer.Settlement], wanted: Int, at now: Moment) async throws -> Pacer.Turn {
        guard wanted > 0, let text = pauses.lazy.compactMap(\.text).first else {
            return try await budget.turn(answered, wanted: wanted, at: now)
        }
        onPause(text)
        var turn = try await budget.turn(answered, wanted: 0, at: now)
        turn.next = .wait(until: now.steady + Self.interval)
        return turn
    }

    func windowUses() async -> [Pacer.WindowUse] {
        await budget.windowUses()
    }
}

/// `pause` and `resume`: of one job, or of all under the state directory.
package struct Pausing: Sendable {
    private let file: PauseFile
    private let environment: RunEnvironment

    /// - Parameter job: `nil` for all.
    package init(_ job: Job?, _ environment: RunEnvironment) throws {
        self.environment = environment
        let directory =
            if let job { try StateDirectory(of: job, environment: environment.variables).path } else {
                try StateDirectory.root(environment.variables)
            }
        try StateDirectory.make(directory)
        file = PauseFile(in: directory)
    }

    package func pause() throws -> String {
        let since = CivilTime(environment.clock.now()).iso8601
        return try file.pause("by \(environment.person) since \(since)")
            ? "\(file.path): paused; nothing more is sent until `catalink resume`"
            : "\(file.path): paused already, \(file.text ?? "")"
    }

    package func resume() throws -> String {
        try file.resume() ? "\(file.path): resumed" : "\(file.path): was not paused"
    }
}
