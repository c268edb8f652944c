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
        guard let best = ranked.min(by: { $0.1 < $1.1 }),
            best.1 <= max(1, wanted.count / 3)
        else {
            return nil
        }
        return best.0
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two words.
    private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        guard first.count <= 64, second.count <= 64 else { return first == second ? 0 : .max }
        var before: [Int] = []
        var above = Array(0...second.count)
        for (i, left) in first.enumerated() {
            var row = [i + 1]
            for (j, right) in second.enumerated() {
                var least = min(above[j] + (left == right ? 0 : 1), above[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left == second[j - 1], right == first[i - 1] {
                    least = min(least, before[j - 1] + 1)
                }
                row.append(least)
            }
            (before, above) = (above, row)
        }
        return above[second.count]
    }
}
