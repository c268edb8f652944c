import CatalinkCore

/// Which elements are records: `/rss/channel/item`, `/a/*/c`, `//offer`, or several of them parted by `|`.
///
/// An element's place is a set of states, one bit for each step that may follow; it depends on nothing but the
/// names from the document's root down.
struct XMLRecordPath {
    private struct Step {
        /// `nil` for `*`, and for what follows the last step of a path.
        var name: [UInt8]?
        /// Whether elements may lie in between.
        var isAtAnyDepth = false
        var isEnd = false
    }

    let text: String
    private var steps: [Step] = []
    /// The states above the document's root element.
    private(set) var start: UInt64 = 0
    private var ends: UInt64 = 0

    /// - Parameter file: how messages call the catalog.
    init(_ text: String, file: String) throws(CatalogError) {
        self.text = text
        do throws(XMLPathFault) {
            try read(text)
        } catch {
            throw CatalogError(
                at: file,
                expected: "`records:` to be a path such as `/rss/channel/item`, `//offer` or `/a/* | /b`",
                got: text.quoted, hint: error.hint)
        }
    }

    private mutating func read(_ text: String) throws(XMLPathFault) {
        var scanner = XMLPathScanner(text)
        repeat {
            scanner.skipBlanks()
            start |= 1 << UInt64(steps.count)
            guard scanner.skip("/") else { throw scanner.fault("`/`") }
            repeat {
                let isAtAnyDepth = scanner.skip("/")
                let name = scanner.skip("*") ? nil : try scanner.name("the name of an element or `*`")
                steps.append(Step(name: name, isAtAnyDepth: isAtAnyDepth))
            } while scanner.skip("/")
            scanner.skipBlanks()
            steps.append(Step(isEnd: true))
            guard steps.count < 64 else { throw XMLPathFault(hint: "it may have some 60 steps in all") }
            ends |= 1 << UInt64(steps.count - 1)
        } while scanner.skip("|")
        guard scanner.isAtEnd else { throw scanner.fault("`/`, ` | ` or an end") }
    }

    func isRecord(_ states: UInt64) -> Bool { states & ends != 0 }

    /// The states of an element whose parent has `states`.
    func next(_ states: UInt64, _ name: [UInt8]) -> UInt64 {
        var next: UInt64 = 0
        for (index, step) in steps.enumerated() where states & (1 << UInt64(index)) != 0 && !step.isEnd {
            if step.name == nil || step.name == name { next |= 1 << UInt64(index + 1) }
            if step.isAtAnyDepth { next |= 1 << UInt64(index) }
        }
        return next
    }
}
