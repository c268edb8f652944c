import CatalinkCore

/// The rows that need a change, as they lie in a file of the catalog's own format.
package struct FixFile: Sendable, Equatable {
    package var path: String
    package var rows = 0
    /// Rows that it could not hold.
    package var leftOut = 0
    /// Why there is none, where there should be one.
    package var failure: String?

    mutating func count(_ addition: FixAddition) {
        switch addition {
        case .written: rows += 1
        case .together: break
        case .leftOut: leftOut += 1
        }
    }

    package var line: String {
        if let failure { return "not written: \(failure)" }
        let rest = leftOut > 0 ? ", without \(leftOut) that it cannot hold" : ""
        return "\(path) (\(ReportText.grouped(rows)) row\(rows == 1 ? "" : "s")\(rest))"
    }

    /// What to type once the rows are corrected.
    package func command(_ jobFile: String) -> String {
        "catalink run \(jobFile.quotedForShell) --fix \(path.quotedForShell)"
    }
}

extension String {
    /// As one word of a command line.
    var quotedForShell: String {
        let isPlain =
            !isEmpty && utf8.allSatisfy { $0.isASCIILetter || $0.isDigit || "/._-+,:=@%".utf8.contains($0) }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
