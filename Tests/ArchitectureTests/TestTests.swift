import Testing

/// Tests about tests: one that is not marked never runs, and nobody notices.
struct TestTests {
    @Test func everyTestIsMarked() throws {
        for file in try SourceTree.swiftFiles(below: "Tests") {
            for line in Self.unmarked(in: file.text) {
                Issue.record("\(file.path):\(line) is a function of a test struct without @Test or private")
            }
        }
    }

    @Test func anUnmarkedTestIsFound() {
        let text = """
            struct ThingTests {
                @Test func one() {}
                @Test(arguments: [1])
                func two(_ number: Int) {}
                func three() {}
                private func helper() {}
            }
            """
        #expect(Self.unmarked(in: text) == [5])
    }

    /// Lines of functions directly in a `struct …Tests` that are neither marked nor private.
    private static func unmarked(in text: String) -> [Int] {
        var found: [Int] = []
        var isInTests = false
        var isMarked = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("struct ") || line.hasPrefix("@Suite") { isInTests = line.contains("Tests") }
            if line.hasPrefix("}") { isInTests = false }
            guard isInTests else { continue }
            if line.hasPrefix("    @Test") { isMarked = true }
            if line.hasPrefix("    func ") || line.hasPrefix("    static func ") {
                if !isMarked, line.hasPrefix("    func ") { found.append(index + 1) }
                isMarked = false
            } else if line.hasPrefix("    @Test"), line.contains(" func ") {
                isMarked = false
            }
        }
        return found
    }
}
