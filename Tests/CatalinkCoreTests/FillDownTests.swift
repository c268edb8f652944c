@testable import CatalinkCore
import CatalinkTestSupport
import Testing

struct FillDownTests {
    @Test func withoutAGroupEveryRowInheritsFromAbove() {
        var batch = makeBatch(
            columns: ["name", "sku"],
            rows: [["", "0"], ["Mug", "1"], ["", "2"], ["Cup", "3"], [" ", "4"]])
        var fillDown = FillDown(by: nil, columns: [0])
        fillDown.apply(to: &batch)
        let names = (0..<5).map { String(decoding: batch.copy(of: 0, in: $0), as: UTF8.self) }
        #expect(names == ["", "Mug", "Mug", "Cup", "Cup"])
    }

    private static let columns = ["Handle", "Title", "Price", "Image"]

    private func batch(_ rows: [[String]], firstRecord: Int = 1) -> RecordBatch {
        makeBatch(columns: Self.columns, rows: rows, firstRecord: firstRecord)
    }

    private func column(_ index: Int, of batch: RecordBatch) -> [String] {
        (0..<batch.count).map { batch.copy(of: index, in: $0).text }
    }

    @Test func emptyFieldsInheritFromTheirGroup() {
        var rows = batch([
            ["mug", "Tin mug", "1", "a.jpg"], ["mug", "", "2", ""], ["mug", " \t", "3", "c.jpg"],
            ["mug", "", "", ""],
        ])
        var fillDown = FillDown(by: 0, columns: [1, 3])
        fillDown.apply(to: &rows)
        #expect(column(1, of: rows) == ["Tin mug", "Tin mug", "Tin mug", "Tin mug"])
        #expect(column(3, of: rows) == ["a.jpg", "a.jpg", "c.jpg", "c.jpg"])
        #expect(column(2, of: rows) == ["1", "2", "3", ""])
    }

    @Test func aNewGroupInheritsNothing() {
        var rows = batch([
            ["mug", "Tin mug", "1", ""], ["cup", "", "2", ""], ["", "Stray", "3", ""], ["", "", "4", ""],
            ["mug", "", "5", ""],
        ])
        var fillDown = FillDown(by: 0, columns: [1])
        fillDown.apply(to: &rows)
        #expect(column(1, of: rows) == ["Tin mug", "", "Stray", "", ""])
    }

    @Test func groupsReachAcrossBatches() {
        var first = batch([["mug", "Tin mug", "1", ""]])
        var second = batch([["mug", "", "2", ""], ["cup", "", "3", ""]], firstRecord: 2)
        var third = batch([["cup", "Cup", "4", ""], ["cup", "", "5", ""]], firstRecord: 4)
        var fillDown = FillDown(by: 0, columns: [1])
        fillDown.apply(to: &first)
        fillDown.apply(to: &second)
        fillDown.apply(to: &third)
        #expect(column(1, of: second) == ["Tin mug", ""])
        #expect(column(1, of: third) == ["Cup", "Cup"])
    }

    @Test func anInheritedFieldHasOnlyTheLineOfItsRecord() {
        var rows = batch([["mug", "Tin mug", "1", ""], ["mug", "", "2", ""]])
        var fillDown = FillDown(by: 0, columns: [1])
        fillDown.apply(to: &rows)
        #expect(rows.position(of: 1, in: 1) == TextPosition(line: 3, column: 0))
        #expect(rows.position(of: 2, in: 1) == TextPosition(line: 3, column: 6))
    }

    @Test(arguments: [0, nil])
    func aRowOfAnotherWidthEndsItsGroup(_ by: Int?) {
        var rows = batch([
            ["mug", "Tin mug", "1", ""], ["mug", "", "2"], ["mug", "", "3", ""], ["mug", "Cup", "4", ""],
            ["mug", "Wrong", "5", "", "left over"], ["mug", "", "6", ""],
        ])
        var fillDown = FillDown(by: by, columns: [1])
        fillDown.apply(to: &rows)
        #expect(column(1, of: rows) == ["Tin mug", "", "", "Cup", "Wrong", ""])
    }

    @Test(arguments: [0, nil])
    func anotherFileInheritsNothing(_ by: Int?) {
        var first = batch([["mug", "Tin mug", "1", ""]])
        var second = batch([["mug", "", "2", ""]])
        second.file = "other.csv"
        var fillDown = FillDown(by: by, columns: [1])
        fillDown.apply(to: &first)
        fillDown.apply(to: &second)
        #expect(column(1, of: second) == [""])
    }

    @Test func whatIsInheritedLiesInABatchOnce() {
        let title = String(repeating: "Tin mug ", count: 100)
        var first = batch([["mug", title, "1", ""]] + Array(repeating: ["mug", "", "2", ""], count: 50))
        var second = batch(Array(repeating: ["mug", "", "3", ""], count: 50))
        let sizes = (first.bytes.count, second.bytes.count)
        var fillDown = FillDown(by: 0, columns: [1])
        fillDown.apply(to: &first)
        fillDown.apply(to: &second)
        #expect(first.bytes.count == sizes.0)
        #expect(second.bytes.count == sizes.1 + title.utf8.count)
        #expect(Set(column(1, of: first) + column(1, of: second)) == [title])
    }

    @Test func aTextThatDoesNotFitIsNotAdded() {
        var rows = batch([["mug", "Tin mug", "1", ""]])
        let size = rows.bytes.count
        #expect(rows.add(utf8("abc"), room: 2) == nil)
        #expect(rows.bytes.count == size)
        #expect(rows.add(utf8("abc"), room: 3) == FieldRange(start: size, length: 3))
        // A range reaches no farther, whatever a job allows.
        #expect(rows.add(utf8("d"), room: .max / 2) != nil)
    }

    @Test func moreThanFitsIsToldOfEachRowRatherThanLost() throws {
        var first = batch([["mug", "Tin mug", "1", ""]])
        var second = batch(
            [["mug", "", "2", ""], ["mug", "Own", "3", ""], ["cup", "", "4", ""]], firstRecord: 2)
        var fillDown = FillDown(by: 0, columns: [1])
        #expect(fillDown.apply(to: &first, room: 6).isEmpty)
        let findings = fillDown.apply(to: &second, room: 6)
        #expect(findings.keys.sorted() == [second.records[0].number])
        let failure = try #require(findings.values.first?.failures.first?.failure)
        #expect(failure.expected == "inherited text that fits beside the rows")
        #expect(column(1, of: second) == ["", "Own", ""])
    }

    @Test func whatARecordLacksIsInheritedToo() {
        var rows = batch([["mug", "Tin mug", "1", "a.jpg"], ["mug"]])
        rows.records[1].fieldCount = Self.columns.count
        var fillDown = FillDown(by: 0, columns: [1, 3])
        fillDown.apply(to: &rows)
        #expect(column(1, of: rows) == ["Tin mug", "Tin mug"])
        #expect(column(3, of: rows) == ["a.jpg", "a.jpg"])
    }
}
