import CatalinkCore
import Testing

struct ColumnUsesTests {
    private func uses(_ names: String...) -> ColumnUses {
        var columns = ColumnUses()
        for name in names { _ = columns.slot(of: name, at: JobPlace(line: 1, column: 1)) }
        return columns
    }

    @Test func slotsFollowTheJobNotTheHeader() throws {
        let columns = uses("price", "sku", "price")
        let slots = try columns.resolve(in: Header(columns: ["sku", "title", "price"])).get()
        #expect(slots == [2, 0])
    }

    @Test func everyMissingColumnIsTold() {
        let columns = uses("price", "sku", "colour")
        let error = #expect(throws: ColumnUses.MissingColumns.self) {
            try columns.resolve(in: Header(columns: ["sku"])).get()
        }
        #expect(error?.slots == [0, 2])
    }

    @Test func ofSeveralColumnsOneIsEnough() throws {
        var columns = ColumnUses()
        let slots = columns.slots(ofAny: ["sale", "price"], at: JobPlace(line: 1, column: 1))
        #expect(slots == [0, 1])
        let found = try columns.resolve(in: Header(columns: ["price"])).get()
        #expect(found == [ColumnUses.absent, 0])
        let error = #expect(throws: ColumnUses.MissingColumns.self) {
            try columns.resolve(in: Header(columns: ["cost"])).get()
        }
        #expect(error?.slots == [0])
    }

    @Test func whatAPresetNamesMayBeMissingUntilTheJobNamesItToo() throws {
        var columns = ColumnUses()
        _ = columns.slot(of: "Status", at: JobPlace(line: 9, column: 1, preset: "preset shopify"))
        let found = try columns.resolve(in: Header(columns: ["price"])).get()
        #expect(found == [ColumnUses.absent])
        _ = columns.slot(of: "Status", at: JobPlace(line: 3, column: 1))
        #expect(columns.missing { $0 == "price" } == [0])
    }

    @Test(arguments: [
        ("#1", 0), ("#2", 1), ("#3", nil), ("#0", nil), ("#x", nil), ("# 1", nil), ("#-1", nil),
        ("#-9223372036854775808", nil), ("#9223372036854775807", nil), ("#9223372036854775808", nil),
    ])
    func aColumnIsFoundByItsNumber(_ name: String, _ index: Int?) {
        let found = Header(columns: ["TITOLO", "PREZZO"]).index(of: name)
        #expect(found == index)
    }

    @Test func aHeaderThatLooksLikeANumberComesFirst() {
        let found = Header(columns: ["a", "b", "#1"]).index(of: "#1")
        #expect(found == 2)
    }

    private static let headers: [([String], Int?)] = [
        (["price", "price"], 0),
        ([" price ", "price"], 1),
        ([" price", "sku"], 0),
        ([" price", "price "], nil),
        (["Price"], nil),
        (["\u{A0}price"], 0),
        (["sku", " price", " price"], 1),
    ]

    @Test(arguments: headers)
    func aPaddedHeaderIsFoundWhereItIsTheOnlyOne(_ header: [String], _ index: Int?) {
        let found = Header(columns: header).index(of: "price")
        #expect(found == index)
    }

    private static let names: [(String, String)] = [
        ("price\n(EUR)", "price (EUR)"), ("price\r\n(EUR)\r\n", "price (EUR)"),
        ("price\r(EUR)", "price (EUR)"),
        (" price \n (EUR)", "price (EUR)"), ("price (EUR)", "price\n(EUR)"),
    ]

    @Test(arguments: names)
    func aHeaderOfTwoLinesIsFoundAsOne(_ header: String, _ name: String) {
        let found = Header(columns: ["price", header]).index(of: name)
        #expect(found == 1)
    }
}
