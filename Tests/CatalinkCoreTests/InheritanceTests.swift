@testable import CatalinkCore
import CatalinkTestSupport
import Testing

struct InheritanceTests {
    private static let place = JobPlace(line: 1, column: 1)
    private static let now = Timestamp(seconds: 1_800_000_000)

    @Test func theTwinIsAGroupStore() throws {
        try GroupStoreConformance.check(InMemoryGroupStore())
    }

    /// Collects from all batches, then fills them; the rows as texts.
    private func filled(_ inheritance: Inheritance, _ batches: [RecordBatch], _ slots: [Int]) throws
        -> [[String]]
    {
        let store = InMemoryGroupStore()
        for batch in batches {
            try inheritance.collect(from: batch, slots: slots, into: store, now: Self.now)
        }
        var rows: [[String]] = []
        for batch in batches {
            var batch = batch
            try inheritance.apply(to: &batch, slots: slots, from: store, now: Self.now)
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
                ["6", "F", "C", ""],
            ])
        let rows = try filled(
            Inheritance(childrenBy: 2, parentsBy: names, columns: [3]), [batch], [0, 1, 2, 3])
        #expect(rows.map { $0[3] } == ["first", "first", "second", "second", "", "first"])
    }

    /// SKU, whom a row names as its parent, text, more.
    private static let columns = ["SKU", "Parent", "Text", "More"]

    /// What rows of these columns become, and what is told of them by their numbers.
    private func family(
        _ rows: [[String]], is names: [String] = ["{{SKU}}"], isOptional: Bool = false
    ) throws -> (rows: [[String]], told: [Int: [String]]) {
        var uses = ColumnUses()
        for column in Self.columns { _ = uses.slot(of: column, at: Self.place) }
        let templates = try names.map {
            try Template($0, at: Self.place, columns: &uses, hasSegments: false)
        }
        let inheritance = Inheritance(
            childrenBy: 1, parentsBy: templates, columns: [2, 3], isOptional: isOptional)
        var batch = makeBatch(columns: Self.columns, rows: rows)
        let store = InMemoryGroupStore()
        try inheritance.collect(from: batch, slots: [0, 1, 2, 3], into: store, now: Self.now)
        let findings = try inheritance.apply(to: &batch, slots: [0, 1, 2, 3], from: store, now: Self.now)
        let filled = (0..<batch.count).map { record in
            [2, 3].map { String(decoding: batch.copy(of: $0, in: record), as: UTF8.self) }
        }
        return (
            filled,
            findings.mapValues {
                $0.failures.map { "\($0.subject): \($0.failure.expected), got \($0.failure.got)" }
            }
        )
    }

    @Test func parentsInheritFromTheirOwn() throws {
        let family = try family([
            ["C", "B", "", ""], ["B", "A", "second", ""], ["A", "", "first", "more"], ["D", "C", "", "own"],
        ])
        #expect(
            family.rows == [["second", "more"], ["second", "more"], ["first", "more"], ["second", "own"]])
        #expect(family.told.isEmpty)
    }

    @Test func aChildMayGoByItsParentsName() throws {
        let family = try family([["A", "A", "", ""], ["A", "", "first", "more"], ["A", "A", "own", ""]])
        #expect(family.rows == [["first", "more"], ["first", "more"], ["own", "more"]])
        #expect(family.told.isEmpty)
    }

    /// Rows, and what is told of them.
    private static let troubles: [(rows: [[String]], told: [Int: [String]])] = [
        ([["A", "Q", "", "x"]], [1: ["parent: a row that is the parent, got none that is \"Q\""]]),
        (
            [["A", "B", "", ""], ["B", "Q", "x", ""]],
            [
                1: ["parent: a row that is the parent, got none that is \"Q\""],
                2: ["parent: a row that is the parent, got none that is \"Q\""],
            ]
        ),
        // What has all it needs takes nothing from whom it names.
        ([["A", "Q", "x", "y"], ["B", "B", "x", "y"]], [:]),
        (
            [["A", "P", "", ""], ["P", "", "one", "x"], ["P", "", "two", "x"]],
            [1: ["parent: one row that is the parent, got several that are \"P\""]]
        ),
        (
            [["A", "B", "", ""], ["B", "A", "", ""], ["C", "C", "", ""]],
            [
                1: ["parent: a parent that is not its own child, got \"B\""],
                2: ["parent: a parent that is not its own child, got \"A\""],
                3: ["parent: a parent that is not its own child, got \"C\""],
            ]
        ),
        // A row of another width is nobody's parent, nor is it told a second time.
        (
            [["A", "P", "", ""], ["P", "", "one"], ["B", "P"]],
            [1: ["parent: a row that is the parent, got none that is \"P\""]]
        ),
    ]

    @Test(arguments: troubles.indices)
    func aParentThatIsNotWhatItMustBeIsTold(_ index: Int) throws {
        let family = try family(Self.troubles[index].rows)
        #expect(family.told == Self.troubles[index].told)
    }

    @Test func aParentMayBeOptional() throws {
        let family = try family(
            [["A", "Q", "", ""], ["B", "P", "", ""], ["P", "", "one", ""]], isOptional: true)
        #expect(family.rows == [["", ""], ["one", ""], ["one", ""]])
        #expect(family.told.isEmpty)
    }

    @Test func aNameThatCannotBeMadeIsItsRowsProblem() throws {
        let family = try family(
            [["1", "", "one", ""], ["x", "", "two", ""], ["3", "1", "", "own"]], is: ["{{SKU | decimal}}"])
        #expect(family.rows[2] == ["one", "own"])
        #expect(family.told == [2: ["parent.is: a decimal number, got \"x\""]])
    }

    @Test func siblingsOfAnotherWidthGiveAndTakeNothing() throws {
        let batch = makeBatch(
            columns: ["Handle", "Title"], rows: [["mug", "Wrong", "left over"], ["mug"], ["mug", ""]])
        let rows = try filled(Inheritance(siblingsBy: 0, columns: [1]), [batch], [0, 1])
        #expect(rows == [["mug", "Wrong"], ["mug", ""], ["mug", ""]])
    }

    @Test func whatIsInheritedLiesInABatchOnce() throws {
        let title = String(repeating: "Tin mug ", count: 100)
        var batch = makeBatch(
            columns: ["Handle", "Title"],
            rows: Array(repeating: ["mug", ""], count: 50) + [["mug", title]])
        let size = batch.bytes.count
        let inheritance = Inheritance(siblingsBy: 0, columns: [1])
        let store = InMemoryGroupStore()
        try inheritance.collect(from: batch, slots: [0, 1], into: store, now: Self.now)
        try inheritance.apply(to: &batch, slots: [0, 1], from: store, now: Self.now)
        #expect(batch.bytes.count <= size + title.utf8.count)
        #expect((0..<51).allSatisfy { batch.copy(of: 1, in: $0).count >= title.utf8.count - 1 })
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
        var unfolded = makeBatch(columns: ["sku", "size", "price"], rows: [row, ["Z", "", "9"]])
        let findings = Unfolding(columns: columns, separator: Array(separator.utf8)).apply(
            to: &unfolded, slots: slots)
        #expect(findings.isEmpty)
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

    @Test(arguments: [",,", "a,b", "a,b,c", "a,b,c,d"])
    func aCellOfTooManyElementsStaysFoldedAndIsTold(_ cell: String) throws {
        var batch = makeBatch(columns: ["sku", "size"], rows: [["A,B", cell], ["C", "1,2"]])
        let unfolding = Unfolding(columns: [1, 0], separator: Array(",".utf8), mostElements: 3)
        let findings = unfolding.apply(to: &batch, slots: [0, 1])
        let count = cell.split(separator: ",", omittingEmptySubsequences: false).count
        #expect(batch.count == (count > 3 ? 1 : count) + 2)
        guard count > 3 else { return #expect(findings.isEmpty) }
        #expect(batch.copy(of: 1, in: 0) == Array(cell.utf8))
        let failure = try #require(findings[1]?.failures.first)
        #expect(failure.subject == "unfold")
        #expect(failure.slot == 1)
        #expect(failure.failure.expected == "a cell of at most 3 elements")
    }

    @Test func aCatalogWithoutTheColumnStaysAsItIs() {
        #expect(
            rows(["A,B", "", "5"], columns: [0], slots: [ColumnUses.absent]) == [
                ["A,B", "", "5"], ["Z", "", "9"],
            ])
    }
}
