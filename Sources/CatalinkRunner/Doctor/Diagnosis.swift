package import CatalinkCore

/// What one look of the doctor came to.
package struct Finding: Sendable {
    package enum Level: String, Sendable {
        case ok, warning, trouble
    }

    /// What was looked at.
    package enum Subject: String, Sendable {
        case job, credentials, state, lock, ledger, pause, items, catalog, api, clock
    }

    package var subject: Subject
    package var level: Level
    package var text: String
    /// What a run would end with; of trouble alone.
    package var status: ExitStatus?

    static func ok(_ subject: Subject, _ text: String) -> Finding {
        Finding(subject: subject, level: .ok, text: text)
    }

    static func warning(_ subject: Subject, _ text: String) -> Finding {
        Finding(subject: subject, level: .warning, text: text)
    }

    static func trouble(_ subject: Subject, _ status: ExitStatus, _ text: String) -> Finding {
        Finding(subject: subject, level: .trouble, text: text, status: status)
    }

    /// The trouble that an error of a run is.
    static func trouble(_ subject: Subject, _ error: any Error) -> Finding {
        let failure = RunFailure(error)
        return trouble(subject, failure.status, failure.messages.joined(separator: "; "))
    }
}

/// Whether a job can run here and now.
package struct Diagnosis: Sendable {
    package var jobFile: String
    package var findings: [Finding] = []

    /// What a run would end with for its surroundings' sake; `settled` without trouble.
    package var status: ExitStatus {
        ExitStatus.gravest(
            findings.compactMap(\.status).map { (status: $0, isFinished: $0 == .needsPerson) })
    }

    /// One line each: `ok       state        /var/lib/catalink/…: 12.3 GiB free`.
    package var lines: [String] {
        findings.map { finding in
            let columns = [(finding.level.rawValue, 8), (finding.subject.rawValue, 12)]
            return columns.map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " ")
                + " " + finding.text
        }
    }

    package var json: JSONValue {
        .object([
            ("job", .string(jobFile)), ("exit", .integer(Int(status.rawValue))),
            (
                "findings",
                .array(
                    findings.map { finding in
                        .object([
                            ("subject", .string(finding.subject.rawValue)),
                            ("level", .string(finding.level.rawValue)), ("text", .string(finding.text)),
                            ("exit", finding.status.map { .integer(Int($0.rawValue)) } ?? .null),
                        ])
                    })
            ),
        ])
    }
}
