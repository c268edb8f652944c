import CatalinkCore
import CatalinkRead
import Testing

struct XMLTests {
    private static let feed = """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
          <channel>
            <title>Wayside Outfitters</title>
            <item id="7" g:lang="en">
              <g:id>A-1</g:id>
              <title>Day pack</title>
              <g:price currency="EUR">69.00</g:price>
              <g:shipping><g:country>FR</g:country><g:price>4.90</g:price></g:shipping>
            </item>
            <item
              id="8">
              <g:price>7.50</g:price><g:id>A-2</g:id>
            </item>
          </channel>
        </rss>
        """

    private func read(_ text: String, at path: String = "/r/i", _ columns: [String]) throws -> [ReadRecord] {
        try withFile(text) { file in
            try records(of: XMLCatalog(path: file, name: "catalog.xml", recordPath: path), columns: columns)
        }
    }

    /// The values of a document's only record.
    private func values(_ text: String, _ columns: String...) throws -> [String] {
        let records = try read(text, columns)
        #expect(records.count == 1)
        return records.first?.values ?? []
    }

    @Test func columnsArePathsBelowTheRecord() throws {
        let columns = [
            "@id", "@g:lang", "g:id", "title", "g:price", "g:price/@currency", "g:shipping/g:price",
            "g:shipping", "price",
        ]
        let records = try read(Self.feed, at: "/rss/channel/item", columns)
        #expect(
            records.map(\.values) == [
                ["7", "en", "A-1", "Day pack", "69.00", "EUR", "4.90", "FR4.90", ""],
                ["8", "", "A-2", "", "7.50", "", "", "", ""],
            ])
        #expect(records.map(\.number) == [1, 2])
    }

    @Test func everyPathWithTextIsSeen() throws {
        let seen = try withFile(Self.feed) { file in
            let reader = try XMLCatalog(path: file, name: "catalog.xml", recordPath: "/rss/channel/item")
                .open(columns: ["title", "colour"])
            while try reader.next() != nil {}
            return reader.seenColumns
        }
        #expect(
            seen.sorted() == [
                "@g:lang", "@id", "g:id", "g:price", "g:price/@currency", "g:shipping/g:country",
                "g:shipping/g:price",
                "title",
            ])
    }

    @Test func fieldsHaveTheLineOnWhichTheirTagEnds() throws {
        let batch = try withFile(Self.feed) { file in
            try batches(
                of: XMLCatalog(path: file, name: "catalog.xml", recordPath: "/rss/channel/item"),
                columns: ["g:price", "title", "@id"])[0]
        }
        #expect(batch.records.map(\.line) == [5, 12])
        #expect(batch.position(of: 0, in: 0) == TextPosition(line: 8))
        #expect(batch.position(of: 0, in: 1) == TextPosition(line: 13))
        #expect(batch.position(of: 1, in: 1) == TextPosition(line: 12))
        #expect(batch.position(of: 2, in: 1) == TextPosition(line: 12))
    }

    private static let texts: [(String, String)] = [
        ("plain", "plain"), ("", ""), (" two \n lines ", " two \n lines "),
        ("a &amp; b &lt;c&gt; &quot;&apos;", "a & b <c> \"'"), ("&#233;&#xE9;&#x1F600;", "éé😀"),
        ("<![CDATA[<b>a & b</b>]]>", "<b>a & b</b>"), ("a<![CDATA[]]>b<![CDATA[ &amp; ]]>c", "ab &amp; c"),
        ("a<b>bold <u>under</u></b> end", "abold under end"), ("a<!-- not this -->b<?nor this?>c", "abc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"), ("<x y=\"z\"/>", ""), ("日本 é", "日本 é"),
    ]

    @Test(arguments: texts)
    func theTextOfAnElementIsAllTextWithinIt(_ content: String, _ text: String) throws {
        let values = try values("<r><i><t>\(content)</t></i></r>", "t")
        #expect(values == [text])
    }

    @Test(arguments: [
        ("a &amp; b", "a & b"), ("&lt;&gt;&quot;&apos;", "<>\"'"), ("&#233;", "é"), ("", ""), ("a\nb", "a b"),
    ])
    func attributesAreDecoded(_ content: String, _ text: String) throws {
        let values = try values("<r><i t=\"\(content)\"><u t=\"\(content)\"/></i></r>", "@t", "u/@t")
        #expect(values == [text, text])
    }

    @Test func ofRepeatedElementsTheFirstCounts() throws {
        let values = try values("<r><i><t>1</t><t>2</t><u/><u>3</u><w><t>4</t></w></i></r>", "t", "u", "w/t")
        #expect(values == ["1", "", "4"])
    }

    /// A price and its currency must come from one element.
    @Test func ofRepeatedElementsTheFirstOnesAttributesCount() throws {
        let text = "<r><i><p c=\"USD\">5</p><p c=\"EUR\">4</p></i></r>"
        let values = try values(text, "p", "p/@c")
        #expect(values == ["5", "USD"])
    }

    @Test func anElementWithinAWantedOneMayBeWantedToo() throws {
        let text = "<r><i><d n=\"1\">a<b m=\"2\">b</b>c</d><e>d</e></i></r>"
        let values = try values(text, "d", "d/b", "d/@n", "d/b/@m", "e")
        #expect(values == ["abc", "b", "1", "2", "d"])
    }

    @Test func onlyElementsAtThePathAreRecords() throws {
        let text = "<r><i><v>1</v><i><v>2</v></i></i><x><i><v>3</v></i></x><i><v>4</v></i></r>"
        let records = try read(text, ["v"])
        #expect(records.map(\.values) == [["1"], ["4"]])
    }

    @Test func prefixesAreComparedAsTheyAreWritten() throws {
        let text =
            "<r xmlns:g=\"urn:g\" xmlns:h=\"urn:g\"><i><g:t>1</g:t><h:t>2</h:t><t xmlns=\"urn:g\">3</t></i></r>"
        let values = try values(text, "t", "g:t", "h:t")
        #expect(values == ["3", "1", "2"])
    }

    /// The text is UTF-8 by the time it is parsed, so what the document says of its bytes is void.
    @Test(arguments: ["ISO-8859-1", "UTF-16", "windows-1252", "x-unknown"])
    func aDeclaredEncodingIsNotDecodedTwice(_ encoding: String) throws {
        var settings = InputSettings()
        settings.encoding = TextEncoding(name: "utf-8")
        let text = "<?xml version=\"1.0\" encoding=\"\(encoding)\"?><r><i><t>Café €</t></i></r>"
        let found = try withFile(text) { file in
            try records(
                of: XMLCatalog(path: file, name: "catalog.xml", recordPath: "/r/i", settings: settings),
                columns: ["t"])
        }
        #expect(found.map(\.values) == [["Café €"]])
    }
}
