import CatalinkCore
import CatalinkRead
import Testing

/// Which elements are records, and what columns take of them.
struct XMLPathTests {
    private func read(
        _ text: String, at path: String = "/r/i", _ columns: [String], namespaces: [String: String] = [:]
    ) throws -> [[String]] {
        try withFile(text) { file in
            try records(
                of: XMLCatalog(path: file, name: "catalog.xml", recordPath: path, namespaces: namespaces),
                columns: columns
            ).map(\.values)
        }
    }

    private static let nested = """
        <r><i><v>1</v><i><v>2</v></i></i><x><i><v>3</v></i><y><i><v>4</v></i></y></x><j><v>5</v></j></r>
        """

    @Test(arguments: [
        ("/r/i", ["1"]), ("/r/x/i", ["3"]), ("/r/*/i", ["2", "3"]), ("//i", ["1", "3", "4"]),
        ("/r//y/i", ["4"]), ("/r/x//i", ["3", "4"]), ("/*/x/*/i", ["4"]), ("/r/i | /r/j", ["1", "5"]),
        ("/r/j|//y/i", ["4", "5"]), ("//*/y", [""]), ("/*", [""]), ("//x//i", ["3", "4"]),
    ])
    func recordsAreWhereThePathSays(_ path: String, _ values: [String]) throws {
        let found = try read(Self.nested, at: path, ["v"])
        #expect(found == values.map { [$0] })
    }

    private static let item = """
        <r><i id="7"><p c="EUR">5</p><pic>a</pic><x/><pic>b</pic><pic/><pic>d</pic>
        <f n="stock" u="1">9</f><f n="ean">4</f><f n="stock">8</f><f n="a/b'c">q</f>
        <v><p>1</p><q k="x"/></v><v><q k="y"/></v><v><p>3</p><p>4</p></v></i></r>
        """

    @Test(arguments: [
        ("pic", "a"), ("pic[1]", "a"), ("pic[2]", "b"), ("pic[3]", ""), ("pic[4]", "d"), ("pic[5]", ""),
        ("pic[*]", "a\u{1F}b\u{1F}\u{1F}d"), ("v/p", "1"), ("v[2]/p", ""), ("v[3]/p[2]", "4"),
        ("v[*]/p", "1\u{1F}3"), ("v[*]/p[*]", "1\u{1F}3\u{1F}4"), ("v[*]/q/@k", "x\u{1F}y"),
        ("v[2]/q/@k", "y"), ("f[@n=stock]", "9"), ("f[@n=ean]", "4"), ("f[@n='stock']/@u", "1"),
        ("f[@n=\"a/b'c\"]", "q"), ("f[@n=none]", ""), ("@id", "7"), ("p/@c", "EUR"), ("x", ""),
    ])
    func columnsChooseAmongRepetitions(_ column: String, _ value: String) throws {
        let found = try read(Self.item, [column])
        #expect(found == [[value]])
    }

    @Test func allChoicesAreTakenAtOnce() throws {
        let columns = ["pic", "pic[*]", "pic[2]", "v[*]/p", "v/p", "f[@n=ean]", "v[*]/q/@k", "pic[1]", "f"]
        let found = try read(Self.item, columns)
        #expect(
            found == [["a", "a\u{1F}b\u{1F}\u{1F}d", "b", "1\u{1F}3", "1", "4", "x\u{1F}y", "a", "9"]])
    }

    /// What one record has must not be left over in the next.
    @Test func eachRecordChoosesAnew() throws {
        let text = """
            <r><i><p>1</p><p>2</p><f n="s">3</f></i><i/><i><p>4</p><f n="t">5</f></i>
            <i><p>6</p><p>7</p><f n="s">8</f></i></r>
            """
        let found = try read(text, ["p", "p[2]", "p[*]", "f[@n=s]"])
        #expect(
            found == [
                ["1", "2", "1\u{1F}2", "3"], ["", "", "", ""], ["4", "", "4", ""],
                ["6", "7", "6\u{1F}7", "8"],
            ])
    }

    /// A price and its currency come from one element, also when that one has no currency.
    @Test func aPathStaysWithinTheFirstOfRepeatedElements() throws {
        let found = try read("<r><i><p>5</p><p c=\"EUR\">4</p></i></r>", ["p", "p/@c"])
        #expect(found == [["5", ""]])
    }

    @Test func aDotIsTheTextOfTheRecord() throws {
        let text = "<r><i n=\"1\">a <b m=\"2\">b</b> c</i><i/></r>"
        let found = try read(text, [".", "b", "b/@m", "@n"])
        #expect(found == [["a b c", "b", "2", "1"], ["", "", "", ""]])
    }

    private static let shop = """
        <shop date="2026-01-02"><name>One</name><price>0</price>
        <cur id="RUR"/><cur id="USD"/><offers n="1"><o><price>5</price></o></offers>
        <name>Two</name><offers n="2"><o><price>6</price><name>no</name></o></offers><name>Three</name></shop>
        """

    @Test func aSlashInFrontIsAPathOfTheDocument() throws {
        let columns = [
            "/shop/@date", "/shop/name", "/shop/offers/@n", "/shop/cur/@id", "/shop/cur[1]/@id",
            "/shop/cur[@id=USD]/@id", "/price", "/shop/price", "price", "/shop/offers/o/price",
        ]
        let found = try read(Self.shop, at: "/shop/offers/o", columns)
        #expect(
            found == [
                ["2026-01-02", "One", "1", "USD", "RUR", "USD", "", "0", "5", ""],
                ["2026-01-02", "Two", "2", "USD", "RUR", "USD", "", "0", "6", ""],
            ])
    }

    @Test func theTextAroundRecordsIsWithoutTheirs() throws {
        let text = "<r><g>a<i><t>1</t></i>b<i><t>2</t></i>c</g><g>d<i><t>3</t></i></g></r>"
        let found = try read(text, at: "/r/g/i", ["/r/g", "t"])
        #expect(found == [["", "1"], ["", "2"], ["abc", "3"]])
    }

    @Test func severalCatalogsInOneFileJustWork() throws {
        let text = """
            <f><c><cur>EUR</cur><a><p>1</p></a></c><d><cur>USD</cur><b><p>2</p></b></d><c><a><p>3</p></a></c></f>
            """
        let found = try read(text, at: "/f/c/a | /f/d/b", ["p", "/f/c/cur", "/f/d/cur"])
        #expect(found == [["1", "EUR", ""], ["2", "EUR", "USD"], ["3", "EUR", "USD"]])
    }

    private static let bound = """
        <x:r xmlns:x="urn:a" xmlns:y="urn:b"><i xmlns="urn:a" y:k="1" k="2"><y:t>1</y:t><t>2</t>
        <g:t xmlns:g="urn:other">3</g:t><t xmlns="">4</t><z:u xmlns:z="urn:z">5</z:u></i></x:r>
        """

    @Test func boundPrefixesHoldWhateverTheDocumentsAre() throws {
        let columns = ["g:t", "h:t", "t", "@h:k", "@k", "z:u"]
        let found = try read(
            Self.bound, at: "/g:r/g:i", columns, namespaces: ["g": "urn:a", "h": "urn:b"])
        #expect(found == [["2", "1", "4", "1", "2", "5"]])
    }

    /// The most likely cause is a slip in the job's URI; then nothing at all would be found.
    @Test func aPrefixOfAnotherMeaningIsTold() throws {
        let notes = try withFile(Self.bound) { file in
            let reader = try XMLCatalog(
                path: file, name: "catalog.xml", recordPath: "//*", namespaces: ["y": "urn:b/", "x": "urn:a"]
            ).open(columns: ["y:t"])
            while try reader.next() != nil {}
            return reader.notes
        }
        #expect(
            notes == [
                "catalog.xml: expected `y:` to mean \"urn:b/\" as in the job, got: \"urn:b\" "
                    + "(such names are passed over)"
            ])
    }

    @Test func unboundNamesAreAsTheDocumentSpellsThem() throws {
        let found = try read(Self.bound, at: "/x:r/i", ["y:t", "t", "g:t", "@y:k", "@k"])
        #expect(found == [["1", "2", "3", "1", "2"]])
    }

    private func seen(_ text: String, at path: String = "/r/i", _ columns: [String]) throws -> [String] {
        try withFile(text) { file in
            let reader = try XMLCatalog(path: file, name: "catalog.xml", recordPath: path).open(
                columns: columns)
            while try reader.next() != nil {}
            return reader.seenColumns
        }
    }

    @Test func columnsThatWereFoundAreSeenInTheirOwnSpelling() throws {
        let columns = ["pic[*]", "f[@n=none]", "v/p", "pic", "none", "none[2]", ".", "x", "/r/none", "/r/i"]
        let seen = try seen(Self.item, columns)
        let plain = ["@id", "p", "p/@c", "pic", "f", "f/@n", "f/@u", "v/p", "v/q/@k"]
        #expect(seen.sorted() == (plain + ["pic[*]", "f[@n=none]", ".", "x", "/r/i"]).sorted())
    }

    @Test func pathsOfTheDocumentAreSeenOnceOneIsAskedFor() throws {
        let seen = try seen(Self.shop, at: "/shop/offers/o", ["/shop/nane"])
        #expect(
            seen.sorted() == [
                "/shop/@date", "/shop/cur/@id", "/shop/name", "/shop/offers/@n", "/shop/price", "name",
                "price",
            ])
    }

    @Test func whatIsSeenHasBounds() throws {
        let names = (0..<20_000).map { "<n\($0)>1</n\($0)>" }.joined()
        let seen = try seen("<r><i>\(names)<last>2</last></i></r>", ["last"])
        #expect(seen.count < 5000)
        #expect(seen.contains("last"))
    }

    /// What no longer fits among the nodes is still on the way to records.
    @Test func recordsLieBelowAnyNumberOfNames() throws {
        let groups = (0..<6000).map { "<g\($0)><i><t>\($0)</t></i></g\($0)>" }.joined()
        let found = try read("<r>\(groups)</r>", at: "/r/*/i", ["t"])
        #expect(found == (0..<6000).map { ["\($0)"] })
    }

    private static let wanted =
        "`records:` to be a path such as `/rss/channel/item`, `//offer` or `/a/* | /b`"

    @Test(arguments: [
        ("", "it must begin with `/`"), ("rss/item", "it must begin with `/`"),
        ("/", "`/` needs the name of an element or `*`"),
        ("/rss/", "`/rss/` needs the name of an element or `*`"),
        ("/a///b", "`/a//` needs the name of an element or `*`"),
        ("/a | b", "`/a | ` needs `/`"), ("/a |", "`/a |` needs `/`"),
        ("/a[1]", "`/a` needs `/`, ` | ` or an end"), ("/a/@b", "`/a/` needs the name of an element or `*`"),
        ("/a:b:c", "`/a:b` needs `/`, ` | ` or an end"), ("/1", "`/` needs the name of an element or `*`"),
    ])
    func aMalformedRecordPathIsToldAtOpening(_ path: String, _ hint: String) throws {
        let message = try withFile("<r/>") { file in
            complaint(about: XMLCatalog(path: file, name: "catalog.xml", recordPath: path))
        }
        #expect(message == "catalog.xml: expected \(Self.wanted), got: \"\(path)\" (\(hint))")
    }

    @Test(arguments: [
        ("", "it must begin with a name"), ("a//b", "`a/` needs a name"), ("a/", "`a/` needs a name"),
        ("@", "`@` needs the name of an attribute"),
        ("@a/b", "`@a` needs an end or, after an element, `/` or `[`"),
        ("Variant Price", "`Variant` needs an end or, after an element, `/` or `[`"),
        ("a[0]", "`a[` needs a number from 1, `*` or `@name=value`"),
        ("a[x]", "`a[` needs a number from 1, `*` or `@name=value`"), ("a[2", "`a[2` needs `]`"),
        ("a[@b]", "`a[@b` needs `=` and a value"), ("a[@b='c]", "`a[@b='c]` needs a closing quotation mark"),
        ("//a", "`/` needs a name"), ("*", "it must begin with a name"), ("..", "it must begin with a name"),
        ("/a[*]", "`/a[*]` needs a number; all can be had of records only"),
    ])
    func aMalformedColumnIsToldAtOpening(_ column: String, _ hint: String) throws {
        let message = try withFile("<r/>") { file in
            complaint(
                about: XMLCatalog(path: file, name: "catalog.xml", recordPath: "/r"), columns: ["a", column])
        }
        #expect(
            message == "catalog.xml: expected a column such as `g:price`, `price/@currency` or `picture[2]`, "
                + "got: \"\(column)\" (\(hint))")
    }
}
