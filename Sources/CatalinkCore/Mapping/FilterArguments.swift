/// The arguments of one filter, as a template writes them.
struct FilterArguments {
    let filter: String
    let texts: [String]

    func none(_ filter: Filter) throws(TemplateError) -> Filter {
        try expect(0...0, "")
        return filter
    }

    func text(_ form: String) throws(TemplateError) -> [UInt8] {
        try expect(1...1, form)
        return Array(texts[0].utf8)
    }

    func someText(_ expected: String, form: String) throws(TemplateError) -> [UInt8] {
        let text = try text(form)
        guard !text.isEmpty else { throw TemplateError(expected: expected, got: "\"\"") }
        return text
    }

    func number(atLeast least: Int, _ what: String, form: String) throws(TemplateError) -> Int {
        try expect(1...1, form)
        guard let number = Int(texts[0]), number >= least else {
            throw TemplateError(
                expected: "\(what) of at least \(least) for `\(filter)`", got: texts[0].quoted)
        }
        return number
    }

    func isOfAnyScript() throws(TemplateError) -> Bool {
        try expect(0...1, "any")
        guard let text = texts.first else { return false }
        guard text == "any" else {
            throw TemplateError(expected: "`slug` or `slug: any`", got: text.quoted)
        }
        return true
    }

    func replacement() throws(TemplateError) -> Filter {
        try expect(2...2, "'old', 'new'")
        guard !texts[0].isEmpty else {
            throw TemplateError(expected: "some text to look for in `replace`", got: "\"\"")
        }
        return .replace(Array(texts[0].utf8), Array(texts[1].utf8))
    }

    func valueMap() throws(TemplateError) -> ValueMap {
        try expect(1...Int.max, "'old=new', 'old=new'")
        return try ValueMap(texts)
    }

    func table(among tables: [String: LookupTable]) throws(TemplateError) -> LookupTable {
        try expect(1...1, "TABLE")
        if let table = tables[texts[0]] { return table }
        let hint = NearestName.hint(for: texts[0], among: tables.keys.sorted())
        throw TemplateError(
            expected: "one of the job's `tables:`", got: texts[0].quoted,
            hint: tables.isEmpty ? "the job has none" : hint)
    }

    func datePatterns() throws(TemplateError) -> [[UInt8]] {
        try expect(1...Int.max, "'dd.MM.yyyy'")
        for text in texts where !TimeFormat.isUsable(Array(text.utf8)) {
            throw TemplateError(
                expected: "a pattern with y, M and d for `date`, such as 'dd.MM.yyyy'", got: text.quoted)
        }
        for text in texts {
            guard let unknown = TimeFormat.unknownLetter(Array(text.utf8)) else { continue }
            throw TemplateError(
                expected: "a pattern of y, M, d, H, m, s and marks between them for `date`", got: text.quoted,
                hint: "`\(unknown)` stands for nothing; of letters only T and Z stand for themselves")
        }
        return texts.map { Array($0.utf8) }
    }

    /// - Parameter form: how the arguments are written; nothing for a filter that takes none.
    func expect(_ count: ClosedRange<Int>, _ form: String) throws(TemplateError) {
        guard count.contains(texts.count) else {
            throw TemplateError(
                expected: form.isEmpty ? "`\(filter)`" : "`\(filter): \(form)`",
                got: "\(texts.count) argument\(texts.count == 1 ? "" : "s")")
        }
    }
}
