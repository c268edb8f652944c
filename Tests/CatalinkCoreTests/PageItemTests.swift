import CatalinkCore
import Testing

/// The items of a report as data in its page.
struct PageItemTests {
    private static func written(_ items: [PageItem]) throws -> (text: String, rows: [[JSONValue]]) {
        var writer = PageItemWriter()
        var bytes = Array("[".utf8)
        for item in items { writer.append(item, to: &bytes) }
        bytes.append(UInt8(ascii: "]"))
        return (bytes.text, try JSONValue(parsing: bytes).elements?.map { $0.elements ?? [] } ?? [])
    }

    private static let hostile = [
        "</script><script>alert(1)</script>", "<!--<script>", "]]>&amp;", "a\u{2028}b\u{2029}c", "\"\\",
        "\u{1F}\0",
    ]

    /// Whatever a catalog says, the script element ends where the page ends it.
    @Test(arguments: hostile)
    func nothingLeavesTheScriptElement(_ text: String) throws {
        var item = PageItem()
        (item.key, item.title, item.error, item.file) = (text, text, text, text)
        let (written, rows) = try Self.written([item])
        #expect(!written.contains("<"))
        #expect(!written.contains(">"))
        #expect(!written.contains("&"))
        #expect(!written.unicodeScalars.contains { (0x2028...0x2029).contains($0.value) })
        #expect(rows.first?.first?.string == text.shown())
        #expect(rows.first?[9].string == text.shown())
    }

    private static let addresses: [(address: String, isLinked: Bool)] = [
        ("https://checkout.devdraft.ai/a?b=c&d", true), ("HTTP://127.0.0.1:8080/x", true),
        ("javascript:alert(1)", false), (" https://a.example", false), ("https://", false),
        ("data:text/html,x", false), ("//a.example", false), ("https://a.example/\u{202E}x", false),
        ("https://a.example/\nx", false), ("java\tscript:alert(1)", false),
    ]

    @Test(arguments: addresses.indices)
    func onlyWebAddressesBecomeLinks(_ index: Int) throws {
        let (address, isLinked) = Self.addresses[index]
        var item = PageItem()
        item.address = address
        #expect(try Self.written([item]).rows.first?[6].string == (isLinked ? address : ""))
    }

    @Test func longTitlesAreCut() throws {
        var item = PageItem()
        item.title = String(repeating: "x", count: 10_000)
        #expect(try Self.written([item]).rows.first?[2].string?.count == 121)
    }

    @Test func textsOfManyRowsAreWrittenOnce() throws {
        var item = PageItem()
        (item.segment, item.verdict, item.file) = ("standard", "created", "catalog.csv")
        let rows = try Self.written([item, item, item]).rows
        #expect([1, 3, 10].map { rows[0][$0].string } == ["standard", "created", "catalog.csv"])
        #expect([1, 3, 10].map { rows[2][$0].integer } == [0, 1, 3])
    }

    @Test func moreTextsThanAreRememberedAreWrittenInFull() throws {
        let rows = try Self.written(
            (0..<10_000).map { number in
                var item = PageItem()
                item.error = "error \(number % 5000)"
                return item
            }
        ).rows
        #expect(rows[5001][9].integer != nil)
        #expect(rows[9999][9].string == "error 4999")
    }
}
