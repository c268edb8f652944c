import Foundation

/// A small text file of words, a line at a time; empty lines and those that begin with `#` are left out.
struct WordFile {
    struct Line {
        /// File and line, for messages.
        let place: String
        let text: String
        /// At least one.
        let words: [String]
    }

    let lines: [Line]

    /// - Parameter kind: what the file should be, for the message when it is not there.
    init(_ path: String, kind: String) throws(SandboxError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SandboxError(message: "\(path): expected \(kind), got: none")
        }
        let texts = String(decoding: data, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        lines = texts.enumerated().compactMap { index, text in
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { return nil }
            return Line(place: "\(path):\(index + 1)", text: String(text), words: words)
        }
    }
}
