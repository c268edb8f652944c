import CatalinkCore
import CatalinkTestSupport
import Testing

/// A number that the test's author knows to be one.
func decimal(_ text: String) throws -> FixedDecimal {
    let number = FixedDecimal(text)
    return try #require(number, "\(text) is no number")
}

func utf8(_ text: String) -> [UInt8] {
    Array(text.utf8)
}

/// A row of named fields that templates, conditions and prices are tried on.
struct SampleRow {
    static let place = JobPlace(line: 7, column: 3)

    private let batch: RecordBatch
    private let segment: [UInt8]
    private let key: [UInt8]

    init(_ fields: KeyValuePairs<String, String>, segment: String = "", key: String = "") {
        batch = makeBatch(columns: fields.map { $0.key }, rows: [fields.map { $0.value }])
        self.segment = utf8(segment)
        self.key = utf8(key)
    }

    /// The text of a template whose columns are fields of this row.
    func text(_ source: String) throws -> String {
        var columns = ColumnUses()
        let template = try Template(source, at: Self.place, columns: &columns, hasSegments: true)
        return try text(template, columns)
    }

    func text(_ template: Template, _ columns: ColumnUses) throws -> String {
        let batch = self.batch
        let (segment, key) = (self.segment, self.key)
        let slots = try columns.resolve(in: batch.header).get()
        let row = RowView(batch, record: 0, slots: slots, segment: segment.span, key: key.span)
        return try template.text(row).text
    }

    /// - Parameter condition: its slots are the numbers of this row's fields.
    func satisfies(_ condition: Condition) throws -> Bool {
        let batch = self.batch
        let (segment, key) = (self.segment, self.key)
        let slots = Array(batch.header.columns.indices)
        let row = RowView(batch, record: 0, slots: slots, segment: segment.span, key: key.span)
        return try condition.holds(for: row)
    }

    func outcome(
        of policy: PricingPolicy, _ columns: ColumnUses, at now: Timestamp = Timestamp(seconds: 1_800_000_000)
    ) throws -> PricingPolicy.Outcome {
        var trace = PriceTrace.off
        return try outcome(of: policy, columns, at: now, into: &trace)
    }

    func outcome(
        of policy: PricingPolicy, _ columns: ColumnUses, at now: Timestamp, into trace: inout PriceTrace
    ) throws -> PricingPolicy.Outcome {
        let batch = self.batch
        let (segment, key) = (self.segment, self.key)
        let slots = try columns.resolve(in: batch.header).get()
        let row = RowView(batch, record: 0, slots: slots, segment: segment.span, key: key.span)
        return try policy.outcome(for: row, at: now, into: &trace)
    }
}
