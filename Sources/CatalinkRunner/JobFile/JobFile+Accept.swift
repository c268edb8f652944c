import CatalinkCore
import CatalinkRead

/// The file of known problems that a job names.
extension JobFile {
    static let acceptedNames = ["key", "segment", "problem", "until", "why"]

    static func acceptedProblems(_ section: Section, _ job: JobDiagnostics) -> AcceptedProblems? {
        guard let file = section.text("accept") else { return nil }
        do {
            return try acceptedProblems(in: resolved(file.text, besideJob: job.file))
        } catch {
            for message in RunFailure(error).messages { job.add(file.place, message: "accept: \(message)") }
            return nil
        }
    }

    private static func acceptedProblems(in path: String) throws -> AcceptedProblems {
        let diagnostics = JobDiagnostics(file: path)
        let root = try YAMLNode.load(path: path, name: path)
        var entries: [AcceptedProblems.Entry] = []
        switch root.content {
        case .sequence(let nodes):
            entries = nodes.compactMap { entry($0, diagnostics) }
        case .scalar, .mapping:
            diagnostics.add(root.place, "accept", expected: "a list", got: root.kind)
        }
        try diagnostics.throwIfAny()
        return AcceptedProblems(file: path, entries)
    }

    private static func entry(_ node: YAMLNode, _ diagnostics: JobDiagnostics) -> AcceptedProblems.Entry? {
        guard let entry = Section(node, path: "accept", known: acceptedNames, diagnostics) else { return nil }
        let (key, problem) = (entry.text("key"), entry.text("problem"))
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
            key: key.map { Array($0.text.utf8) }, segment: segment.map { Array($0.text.utf8) },
            problem: problem.map { AcceptedProblems.Wording($0.text) }, end: end, until: until.text,
            line: node.place.line)
    }
}

extension AcceptedProblems {
    /// `2027-02-28`, to its end by UTC; or a moment.
    static func end(written text: String) -> Timestamp? {
        guard let moment = TimeFormat.iso8601(Array(text.utf8)) else { return nil }
        return text.utf8.count > 10 ? moment : moment + .seconds(86_400)
    }
}
