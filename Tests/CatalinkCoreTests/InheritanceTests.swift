import CatalinkCore
import CatalinkTestSupport
import Testing

struct InheritanceTests {
    private static let place = JobPlace(line: 1, column: 1)

    @Test func theTwinIsAGroupStore() throws {
        try GroupStoreConformance.check(InMemoryGroupStore())
    }

    /// Collects from all batches, then fills them; the rows as texts.
    private func filled(_ inheritance: Inheritance, _ batches: [RecordBatch], _ slots: [Int]) throws
        -> [[String]]
    {
        let store = InMemoryGroupStore()
        for batch in batches { try inheritance.collect(from: batch, slots: slots, into: store) }
        var rows: [[String]] = []
        for batch in batches {
            var batch = batch
            try inheritance.apply(to: &batch, slots: slots, from: store)
            for record in 0..<batch.count {
                rows.append(
                    batch.header.columns.indices.map {
                        String(decoding: batch.copy(of: $0, in: record), as: UTF8.self)
                    })
            }
        }
        return rows
    }

    @Test func rowsOfAHandleInheritWhereverTheyStand() throws {
        let columns = ["Handle", "Title", "Price"]
        let batches = [
            makeBatch(columns: columns, rows: [["mug", "", "1"], ["cup", "Cup", "2"], ["", "", "3"]]),
            makeBatch(
                columns: columns, rows: [["mug", "Mug", "4"], ["cup", " ", "5"], ["mug", "Own", "6"]]),
        ]
        let rows = try filled(Inheritance(siblingsBy: 0, columns: [1]), batches, [0, 1, 2])
        #expect(
            rows == [
                ["mug", "Mug", "1"], ["cup", "Cup", "2"], ["", "", "3"], ["mug", "Mug", "4"],
                ["cup", "Cup", "5"], ["mug", "Own", "6"],
            ])
    }

    @Test func childrenFindTheirParentByEitherName() throws {
        let columns = ["ID", "SKU", "Parent", "Text"]
        var uses = ColumnUses()
        for column in columns { _ = uses.slot(of: column, at: Self.place) }
        let names = try ["{{SKU}}", "id:{{ID}}"].map {
            try Template($0, at: Self.place, columns: &uses, hasSegments: false)
        }
        let batch = makeBatch(
            columns: columns,
            rows: [
                ["3", "C", "id:1", ""], ["1", "", "", "first"], ["2", "B", "", "second"],
                ["4", "D", "B", ""], ["5", "E", "nobody", ""],
                // A child is nobody's parent.
                ["6", "F", "C", ""],
            ])
        let rows = try filled(
            Inheritance(childrenBy: 2, parentsBy: names, columns: [3]), [batch], [0, 1, 2, 3])
        #expect(rows.map { $0[3] } == ["first", "first", "second", "second", "", ""])
    }

    @Test func aCatalogWithoutTheColumnIsLeftAlone() throws {
        let batch = makeBatch(columns: ["Title"], rows: [[""], ["Mug"]])
        let rows = try filled(Inheritance(siblingsBy: 0, columns: [1]), [batch], [ColumnUses.absent, 0])
        #expect(rows == [[""], ["Mug"]])
        let other = try filled(
            Inheritance(siblingsBy: 0, columns: [1]), [batch], [0, ColumnUses.absent])
        #expect(other == [[""], ["Mug"]])
    }
}

struct UnfoldingTests {
    private func rows(_ row: [String], columns: [Int], separator: String = ",", slots: [Int] = [0, 1, 2])
        -> [[String]]
    {
        let batch = makeBatch(columns: ["sku", "size", "price"], rows: [row, ["Z", "", "9"]])
        let unfolded = Unfolding(columns: columns, separator: Array(separator.utf8)).apply(
            to: batch, slots: slots)
        #expect(unfolded.records.allSatisfy { [2, 3].contains($0.line) })
        return (0..<unfolded.count).map { record in
            (0..<3).map { String(decoding: unfolded.copy(of: $0, in: record), as: UTF8.self) }
        }
    }

    @Test func eachElementBecomesARecord() {
        #expect(
            rows(["A, B ,C", "S,M,L", "5"], columns: [0, 1])
                == [["A", "S", "5"], ["B", "M", "5"], ["C", "L", "5"], ["Z", "", "9"]])
    }

    @Test func aListOfOneBelongsToEach() {
        #expect(
            rows(["A,B", "S", "5"], columns: [0, 1]) == [["A", "S", "5"], ["B", "S", "5"], ["Z", "", "9"]])
    }

    @Test func beyondAListsEndThereIsNothing() {
        #expect(
            rows(["A|B|C", "S|M", "5"], columns: [0, 1], separator: "|")
                == [["A", "S", "5"], ["B", "M", "5"], ["C", "", "5"], ["Z", "", "9"]])
    }

    @Test func theFirstListTellsHowMany() {
        #expect(rows(["A", "S,M,L", "5"], columns: [0, 1]) == [["A", "S", "5"], ["Z", "", "9"]])
        #expect(rows(["", "S,M", "5"], columns: [0, 1]) == [["", "S", "5"], ["Z", "", "9"]])
    }

    @Test func aCatalogWithoutTheColumnStaysAsItIs() {
        #expect(
            rows(["A,B", "", "5"], columns: [0], slots: [ColumnUses.absent]) == [
                ["A,B", "", "5"], ["Z", "", "9"],
            ])
    }
}
