package import CatalinkCore

/// Who is told of a run, and when.
package struct Notification: Sendable {
    package enum Occasion: String, Sendable, CaseIterable {
        case start, success
        /// Any exit status but 0.
        case trouble
    }

    package enum Way: Sendable {
        /// A POST of JSON; without a body, one text.
        case webhook(SecretText, NotificationBody?, headers: [(name: String, value: SecretText)])
        /// A server that misses a sign of life.
        case heartbeat(SecretText)
        /// A program and its arguments, without a shell.
        case command([String])
    }

    package var occasions: Set<Occasion>
    package var way: Way
    package var place: JobPlace
}

/// A text that is never shown: written in the job file, or the name of the variable that holds it.
package enum SecretText: Sendable, Equatable {
    case written(String)
    case variable(String)

    /// - Throws: `RunFailure` where the variable, or the file that `NAME_FILE` names, is not there.
    func value(_ variables: [String: String]) throws -> String {
        switch self {
        case .written(let text): return text
        case .variable(let name):
            if let value = try CredentialFinder(environment: variables).variable(name) { return value }
            throw RunFailure(.configuration, "expected \(name) or \(name)_FILE to be set, got: neither")
        }
    }
}
