/// Finds the known name that someone probably meant.
package enum NearestName {
    /// `did you mean "title"?`, or the list when nothing is near and the list is short.
    package static func hint(for name: String, among known: [String]) -> String? {
        if let nearest = nearest(to: name, among: known) { return "did you mean \(nearest.quoted)?" }
        guard !known.isEmpty, known.count <= 24 else { return nil }
        return "known: " + known.map { $0.shown() }.joined(separator: ", ")
    }

    /// At most a third of the letters differ; capitals count for little.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        let ranked = known.map { ($0, distance(wanted, Array($0.lowercased().unicodeScalars))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, wanted.count / 3) else {
            return nil
        }
        return best.0
    }

    /// The number of insertions, deletions and replacements between two words.
    private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        guard first.count <= 64, second.count <= 64 else { return first == second ? 0 : 64 }
        var row = Array(0...second.count)
        for (i, left) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in second.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
