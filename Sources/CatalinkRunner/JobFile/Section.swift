import CatalinkCore
import CatalinkRead

/// Collects complaints about a job file, so that all are told at once.
final class JobDiagnostics {
    let file: String
    private(set) var messages: [(place: JobPlace, text: String)] = []

    init(file: String) {
        self.file = file
    }

    func add(_ place: JobPlace, _ subject: String, expected: String, got: String, hint: String? = nil) {
        let text = "\(place.text(in: file)): \(subject): expected \(expected), got: \(got)"
        messages.append((place, text + (hint.map { " (\($0))" } ?? "")))
    }

    func throwIfAny() throws(JobFileError) {
        guard !messages.isEmpty else { return }
        let sorted = messages.sorted {
            ($0.place.preset ?? "", $0.place.line, $0.place.column)
                < ($1.place.preset ?? "", $1.place.line, $1.place.column)
        }
        throw JobFileError(messages: sorted.map(\.text))
    }
}

/// One mapping of a job file, whose names are known.
struct Section {
    let place: JobPlace
    let path: String
    private let entries: [YAMLNode.Entry]
    private let diagnostics: JobDiagnostics

    /// Reports names that are not among `known`; `nil` when the node is no mapping.
    init?(_ node: YAMLNode, path: String, known: [String], _ diagnostics: JobDiagnostics) {
        guard case .mapping(let entries) = node.content else {
            diagnostics.add(node.place, path, expected: "a mapping", got: node.kind)
            return nil
        }
        self.entries = entries
        self.path = path
        self.diagnostics = diagnostics
        place = node.place
        for entry in entries where !known.contains(entry.name) {
            diagnostics.add(
                entry.place, path.isEmpty ? "job" : path, expected: "a known name", got: entry.name.quoted,
                hint: NearestName.hint(for: entry.name, among: known))
        }
    }

    func node(_ name: String) -> YAMLNode? {
        entries.first { $0.name == name }.map(\.value)
    }

    func required(_ name: String) -> YAMLNode? {
        if let node = node(name) { return node }
        diagnostics.add(place, path.isEmpty ? "job" : path, expected: "`\(name):`", got: "nothing")
        return nil
    }

    func subject(_ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    func section(_ name: String, known: [String]) -> Section? {
        node(name).flatMap { Section($0, path: subject(name), known: known, diagnostics) }
    }

    // MARK: Values

    func text(_ name: String) -> (text: String, place: JobPlace)? {
        node(name).flatMap { text($0, subject(name)) }
    }

    func text(_ node: YAMLNode, _ subject: String) -> (text: String, place: JobPlace)? {
        guard case .scalar(let text, _) = node.content else {
            diagnostics.add(node.place, subject, expected: "text", got: node.kind)
            return nil
        }
        return (text, node.place)
    }

    /// A value that `parse` understands.
    func value<Value>(_ name: String, expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let (text, place) = text(name) else { return nil }
        if let value = parse(text) { return value }
        diagnostics.add(place, subject(name), expected: expected, got: text.quoted)
        return nil
    }

    func complain(_ node: YAMLNode, _ name: String, expected: String, got: String) {
        diagnostics.add(node.place, subject(name), expected: expected, got: got)
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) -> Choice?
    where Choice.RawValue == String {
        guard let (text, place) = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        diagnostics.add(
            place, subject(name), expected: known.joined(separator: ", "), got: text.quoted,
            hint: NearestName.nearest(to: text, among: known).map { "did you mean \($0)?" })
        return nil
    }

    func list(_ name: String) -> [(text: String, place: JobPlace)]? {
        guard let node = node(name) else { return nil }
        guard case .sequence(let nodes) = node.content else {
            diagnostics.add(node.place, subject(name), expected: "a list", got: node.kind)
            return nil
        }
        return nodes.compactMap { text($0, subject(name)) }
    }

    func decimal(_ name: String) -> FixedDecimal? {
        value(name, expected: "a decimal number such as 12.50") { FixedDecimal($0) }
    }

    func positive(_ name: String) -> FixedDecimal? {
        value(name, expected: "a number above zero such as 0.01") { text in
            FixedDecimal(text).flatMap { $0.coefficient > 0 ? $0 : nil }
        }
    }

    func flag(_ name: String) -> Bool? {
        let flags = ["true": true, "false": false]
        return value(name, expected: "true or false") { flags[$0] }
    }

    func count(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        value(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// `30`, `30 runs`
    func runs(_ name: String) -> Int? {
        value(name, expected: "a number of runs from 1 to 100000, such as 30") { text in
            let words = text.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 1 || (words.count == 2 && ["run", "runs"].contains(words[1])),
                let count = Int(words[0]), (1...100_000).contains(count)
            else { return nil }
            return count
        }
    }

    /// - Parameter most: in GiB.
    func size(_ name: String, most: Int = 1) -> Int? {
        value(name, expected: "a size such as 64KiB or 8MiB, at most \(most)GiB") { text in
            Int(writtenSize: text).flatMap { $0 <= most << 30 ? $0 : nil }
        }
    }

    func character(_ name: String) -> UInt8? {
        value(name, expected: "one character, and no line end") { text in
            guard text != "\\t" else { return UInt8(ascii: "\t") }
            return text.utf8.count == 1 && !"\n\r".utf8.contains(where: text.utf8.contains)
                ? text.utf8.first : nil
        }
    }

    func duration(_ name: String) -> Duration? {
        value(name, expected: "a time such as 500ms, 30s, 1m or 24h") { Duration(written: $0) }
    }
}

extension JobPlace {
    /// `job.yaml:3:5`, or the place in the preset.
    func text(in jobFile: String) -> String {
        "\(preset ?? jobFile):\(line):\(column)"
    }
}

extension Int {
    /// `64KiB`, `8MiB`, `1GiB`, or bytes.
    init?(writtenSize text: String) {
        let units = ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        let unit = units.first { text.hasSuffix($0.key) }
        let digits = text.dropLast(unit?.key.count ?? 0)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), number > 0,
            number <= 1 << 32
        else { return nil }
        self = number * (unit?.value ?? 1)
    }
}

extension YAMLNode {
    var kind: String {
        switch content {
        case .scalar(let text, _): text.quoted
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
