import CatalinkCore

/// Where the records of a nested document stand.
///
/// `/products` is a list of records, `/products/*` a mapping or a list of them, `/` the list at the top and `.` the
/// document itself. A `*` on the way goes through every child. A path without `/` may be written with dots, and
/// `items[]` for `items/*`.
struct RecordPath {
    enum Step: Equatable {
        /// The value of this name in a mapping.
        case name([UInt8])
        /// Every value of a mapping, every element of a list.
        case each
        /// Every element of a list; always the last step.
        case element
    }

    /// As the job gives it.
    let spelling: String
    /// Without any, each document is a record.
    let steps: [Step]

    /// - Parameter isLines: whether each document is a line of its own, and thus the record where no path is given.
    init(_ spelling: String, isLines: Bool = false) {
        self.spelling = spelling.isEmpty ? "/" : spelling
        guard spelling != ".", !(isLines && (spelling.isEmpty || spelling == "/")) else {
            steps = []
            return
        }
        let names = spelling.split(separator: spelling.contains("/") ? "/" : ".")
        var steps = names.flatMap(Self.steps)
        if steps.last != .each { steps.append(.element) }
        self.steps = steps
    }

    private static func steps(_ name: Substring) -> [Step] {
        if name == "*" || name == "[]" { return [.each] }
        guard name.hasSuffix("[]") else { return [.name(Array(name.utf8))] }
        return [.name(Array(name.dropLast(2).utf8)), .each]
    }

    /// Whether a value before this step is one of several branches, of which not each must lead on.
    func isBranch(before step: Int) -> Bool {
        steps.prefix(step).contains(.each)
    }
}
