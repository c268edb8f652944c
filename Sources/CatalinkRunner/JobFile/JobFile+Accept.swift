import CatalinkCore
import CatalinkRead
import Foundation

/// The file of known problems that a job names.
extension JobFile {
    static let acceptedNames = ["key", "segment", "verdict", "problem", "until", "why"]

    /// - Throws: `JobFileError` with every complaint about the file.
    static func knownProblems(of job: Job) throws -> AcceptedProblems? {
        guard let (path, place) = job.accept else { return nil }
        do {
            guard unsafe access(path, R_OK) == 0 else {
                throw JobFileError(messages: [
                    "\(path): expected a file of known problems to read, got: \(systemMessage())"
                ])
            }
            return try acceptedProblems(in: path)
        } catch {
            throw JobFileError(
                messages: RunFailure(error).messages.map { "\(place.text(in: job.file)): accept: \($0)" })
        }
    }

    private static func acceptedProblems(in path: String) throws -> AcceptedProblems {
        let diagnostics = JobDiagnostics(file: path)
        let root = try YAMLNode.load(path: path, name: path)
        var entries: [AcceptedProblems.Entry] = []
        switch root.content {
        case .sequence(let nodes): entries = nodes.compactMap { entry($0, diagnostics) }
        case .scalar, .mapping: diagnostics.add(root.place, "accept", expected: "a list", got: root.kind)
        }
        try diagnostics.throwIfAny()
        return AcceptedProblems(file: path, entries)
    }

    private static func entry(_ node: YAMLNode, _ diagnostics: JobDiagnostics) -> AcceptedProblems.Entry? {
        guard let entry = Section(node, path: "accept", known: acceptedNames, diagnostics) else { return nil }
        let key = entry.value("key", expected: "a key", \.nonEmpty)
        let problem = entry.value("problem", expected: "a message, or its begin and `*`", \.nonEmpty)
        if entry.node("key") == nil, entry.node("problem") == nil {
            diagnostics.add(entry.place, "accept", expected: "`key:`, `problem:` or both", got: "neither")
        }
        _ = entry.text("why")
        let segment = entry.text("segment")
        guard entry.required("until") != nil,
            let end = entry.value(
                "until", expected: "a day such as 2027-02-28, or a moment", AcceptedProblems.end(written:)),
            let until = entry.text("until")
        else { return nil }
        return AcceptedProblems.Entry(
            key: key.map { Array($0.utf8) }, segment: segment.map { Array($0.text.utf8) },
            verdict: verdict(entry), problem: problem.map(AcceptedProblems.Wording.init), end: end,
            until: until.text,
            line: node.place.line)
    }
}

extension JobFile {
    private static func verdict(_ entry: Section) -> Verdict? {
        let verdicts = [Verdict.invalid, .duplicate, .rejected]
        return entry.value("verdict", expected: "invalid, duplicate or rejected") { text in
            verdicts.first { $0.rawValue == text }
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

extension AcceptedProblems {
    /// `2027-02-28`, to its end by UTC; or a moment.
    static func end(written text: String) -> Timestamp? {
        guard let moment = TimeFormat.iso8601(Array(text.utf8)) else { return nil }
        return text.utf8.count > 10 ? moment : moment + .seconds(86_400)
    }
}
