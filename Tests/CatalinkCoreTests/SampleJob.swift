import CatalinkCore
import CatalinkTestSupport
import Testing

/// A job's compiled mapping, and what it makes of a row.
struct SampleJob {
    static let place = JobPlace(line: 12, column: 5)

    private var columns: ColumnUses
    var key: Template
    var segments = RowMapping.Segments.none
    var condition: Condition?
    var link: LinkMapping
    var pricing: PricingPolicy?
    var allowed: Set<PolicyRule> = []
    var warned: Set<PolicyRule> = []
    var bundling: Bundling?
    var names = TemplateNames()
    /// 2027-01-15T08:00:00Z
    var now = Timestamp(seconds: 1_800_000_000)

    /// Key `{{sku}}`, title `{{title}}`, url `{{sku | slug}}`.
    init() throws {
        var columns = ColumnUses()
        key = try Template("{{sku}}", at: Self.place, columns: &columns, hasSegments: true)
        let title = try Template("{{title}}", at: Self.place, columns: &columns, hasSegments: true)
        let url = try Template("{{sku | slug}}", at: Self.place, columns: &columns, hasSegments: true)
        link = LinkMapping(title: title, url: url)
        self.columns = columns
    }

    mutating func template(_ source: String) throws -> Template {
        try Template(source, at: Self.place, columns: &columns, hasSegments: true, names: names)
    }

    mutating func slot(_ column: String) -> Int {
        columns.slot(of: column, at: Self.place)
    }

    /// The pairs of one row; `sku` and `title` are filled in where they are not given.
    func pairs(_ fields: KeyValuePairs<String, String> = [:]) throws -> [MappedPair] {
        var names = fields.map { $0.key }
        var values = fields.map { $0.value }
        for (name, value) in [("sku", "A-1"), ("title", "Tin mug")] where !names.contains(name) {
            names.append(name)
            values.append(value)
        }
        return try pairs(of: 0, in: makeBatch(columns: names, rows: [values]))
    }

    func pairs(of record: Int, in batch: RecordBatch) throws -> [MappedPair] {
        try allPairs(in: batch)[record]
    }

    /// The pairs of each row, all made by one mapper.
    func allPairs(in batch: RecordBatch) throws -> [[MappedPair]] {
        var mapping = RowMapping(columns: columns, key: key, segments: segments, link: link)
        mapping.condition = condition
        mapping.pricing = pricing
        mapping.policies = PolicyLevels(off: allowed)
        for rule in warned { mapping.policies[rule] = .warning }
        mapping.bundling = bundling
        let slots = try columns.resolve(in: batch.header).get()
        var mapper = CatalogMapper(mapping, now: now)
        var pairs: [[MappedPair]] = []
        for record in 0..<batch.count { pairs.append(mapper.map(batch, record: record, slots: slots)) }
        let rest = mapper.finish()
        if !rest.isEmpty { pairs.append(rest) }
        return pairs
    }

    func problems(_ fields: KeyValuePairs<String, String> = [:]) throws -> [Problem] {
        try pairs(fields).flatMap(\.problems)
    }

    /// The fields of the request that object.
    func objections(_ fields: KeyValuePairs<String, String> = [:]) throws -> [String] {
        try problems(fields).map(\.subject)
    }

    /// The one request that a row makes.
    func planned(_ fields: KeyValuePairs<String, String> = [:]) throws -> PlannedPair {
        let pairs = try self.pairs(fields)
        #expect(pairs.count == 1)
        return try #require(pairs.first?.planned)
    }
}

extension MappedPair {
    var problems: [Problem] {
        if case .invalid(_, _, let problems) = self { return problems }
        return []
    }

    var planned: PlannedPair? {
        if case .request(let pair) = self { return pair }
        return nil
    }

    var wasFiltered: Bool {
        if case .filtered = self { return true }
        return false
    }
}
