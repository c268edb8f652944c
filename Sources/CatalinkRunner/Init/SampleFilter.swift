import CatalinkCore

/// A filter as a job would say it, tried on values.
struct SampleFilter {
    private let template: Template?

    init(_ source: String) {
        var columns = ColumnUses()
        let place = JobPlace(line: 1, column: 1)
        template = try? Template("{{a | \(source)}}", at: place, columns: &columns, hasSegments: false)
    }

    /// What it makes of a value; `nil` where it refuses it or nothing comes of it.
    func reading(_ value: String) -> String? {
        guard let template else { return nil }
        var batch = RecordBatch(file: "", header: Header(columns: ["a"]))
        batch.bytes = Array(value.utf8)
        batch.fields = [FieldRange(start: 0, length: batch.bytes.count)]
        let (slots, none) = ([0], [UInt8]())
        let row = RowView(batch, record: 0, slots: slots, segment: none.span, key: none.span)
        guard let text = try? template.text(row), !text.isEmpty else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    func reads(_ value: String) -> Bool { reading(value) != nil }
}
