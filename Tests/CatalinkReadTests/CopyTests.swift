import CatalinkCore
import CatalinkRead
import Testing

/// Records copied out of a catalog, as files that are to be corrected hold them.
struct CopyTests {
    private static let notes = CopyNotes(
        members: [("_item", Array("A".utf8)), ("_problem", Array("got: \"<x>\"\n& more".utf8))], given: [])
    private static let given = CopyNotes(
        members: [("_item", Array("A".utf8))],
        given: [("/shop/@date", Array("2026".utf8)), ("@key", []), ("a/b", Array("b\u{1F}c".utf8))])

    private func copy(
        _ text: String, _ numbers: [Int], _ notes: CopyNotes = notes, _ make: (String) -> any CatalogCopy
    ) throws -> String {
        try withFile(text) { path in
            let copy = make(path)
            for number in numbers {
                let isWritten = try copy.add(number, of: "c", notes)
                #expect(isWritten)
            }
            copy.end()
            return copy.take().text
        }
    }

    private func xml(
        _ text: String, _ numbers: [Int], records: String = "/shop/offers/offer", _ notes: CopyNotes = notes
    ) throws -> String {
        try copy(text, numbers, notes) { XMLCopy([XMLCatalog(path: $0, name: "c", recordPath: records)]) }
    }

    @Test func elementsAreCopiedWholeAtTheirPath() throws {
        let text = """
            <?xml version="1.0"?><!DOCTYPE shop>
            <shop xmlns:g="urn:g" date="1">
              <name>N</name>
              <offers kind="x">
                <offer id="1"/>
                <offer id="2" note="&quot;&lt;&#10;">
                  <g:price c="EUR">5 &amp; <![CDATA[<b>]]></g:price>
                  <g:tag/>
                </offer>
              </offers>
              <offers><offer id="3">own</offer></offers>
            </shop>
            """
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <shop xmlns:g="urn:g">
              <offers>
                <offer id="2" note="&quot;&lt;&#10;">
                  <g:price c="EUR">5 &amp; &lt;b&gt;</g:price>
                  <g:tag></g:tag>
                  <_item>A</_item>
                  <_problem>got: "&lt;x&gt;"
            &amp; more</_problem>
                </offer>
                <offer id="3">own<_item>A</_item><_problem>got: "&lt;x&gt;"
            &amp; more</_problem></offer>
              </offers>
            </shop>

            """
        // The second `offers` is another of the same name.
        let document = try xml(text, [2, 3])
        #expect(document == expected)
    }

    @Test func namespacesOfARecordMeanWhatTheyMeant() throws {
        let text = """
            <a:feed xmlns="urn:default" xmlns:a="urn:a"><a:list xmlns:p="urn:one"><entry><p:x/></entry></a:list>\
            <a:list xmlns:p="urn:two" xmlns=""><entry p:y="1" xmlns:q="urn:q"/></a:list></a:feed>
            """
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <a:feed xmlns="urn:default" xmlns:a="urn:a">
              <a:list xmlns:p="urn:one">
                <entry><p:x></p:x><_item xmlns="">A</_item><_given xmlns="" column="/shop/@date">2026</_given>\
            <_given xmlns="" column="a/b">b c</_given></entry>
                <entry xmlns:p="urn:two" xmlns="" xmlns:q="urn:q" p:y="1"><_item>A</_item>\
            <_given column="/shop/@date">2026</_given><_given column="a/b">b c</_given></entry>
              </a:list>
            </a:feed>

            """
        let document = try xml(text, [1, 2], records: "/a:feed/a:list/entry", Self.given)
        #expect(document == expected)
    }

    @Test func whatAnEarlierFixFileAddedIsLeftOut() throws {
        let text = """
            <l><r><a>1</a><_item>B</_item><_given column="x"><deep/></_given><n><_item>own</_item></n></r></l>
            """
        let document = try xml(text, [1], records: "/l/r")
        #expect(document.contains("<r><a>1</a><n><_item>own</_item></n><_item>A</_item><_problem>"))
    }

    @Test func recordsFarApartAreFoundWhereverTheFileIsCut() throws {
        let rows = (1...20_000).map { "<r><a>\($0)</a></r>" }.joined()
        let document = try xml("<l>\(rows)</l>", [1, 2, 9_999, 20_000], records: "/l/r")
        for number in [1, 2, 9_999, 20_000] { #expect(document.contains("<a>\(number)</a>")) }
        #expect(document.split(separator: "<r>").count == 5)
    }

    @Test func anElementBeyondTheLimitIsRefusedByItself() throws {
        try withFile("<l><r>\(String(repeating: "x", count: 100))</r><r>y</r></l>") { path in
            var settings = InputSettings()
            settings.limits.recordSize = 50
            let copy = XMLCopy([XMLCatalog(path: path, name: "c", recordPath: "/l/r", settings: settings)])
            let (first, second) = (try copy.add(1, of: "c", Self.notes), try copy.add(2, of: "c", Self.notes))
            #expect(!first && second)
        }
    }

    @Test func yamlIsWrittenAsBlocksWithScalarsAsTheyWere() throws {
        let text = """
            base: &b {title: T, n: 1}
            products:
              - {sku: 00417, s: "x: y", l: [a, no, ~, "no", [1], {}, []], d: {e: {f: 'g'}}, _item: old}
              - <<: *b
                n: 2
                t: |
                  two
                  lines
                "a: b": *b
                "<<": x
            """
        let expected = """
            products:
              - sku: 00417
                s: "x: y"
                l:
                  - a
                  - no
                  - ~
                  - "no"
                  -
                    - 1
                  - {}
                  - []
                d:
                  e:
                    f: "g"
                _item: "A"
                _problem: "got: \\"<x>\\"\\n& more"
              - n: 2
                t: "two\\nlines\\n"
                "a: b":
                  title: T
                  n: 1
                "<<": x
                title: T
                _item: "A"
                _problem: "got: \\"<x>\\"\\n& more"

            """
        let document = try copy(text, [1, 2]) {
            NestedCopy([YAMLCatalog(path: $0, name: "c", recordPath: "/products")])
        }
        #expect(document == expected)
    }

    @Test func branchesOfYAMLKeepTheirNesting() throws {
        let text = "a:\n  x: {b: {k1: {n: 1}, k2: {n: 2}}}\n  y: {b: {k1: {n: 3}}}\n"
        let expected = """
            a:
              -
                b:
                  - n: 1
                    _item: "A"
                    _given:
                      - column: "/shop/@date"
                        value: "2026"
                      - column: "@key"
                        value: ""
                      - column: "a/b"
                        value: "b\\u001Fc"
                  - n: 3
                    _item: "A"
                    _given:
                      - column: "/shop/@date"
                        value: "2026"
                      - column: "@key"
                        value: ""
                      - column: "a/b"
                        value: "b\\u001Fc"

            """
        let document = try copy(text, [1, 3], Self.given) {
            NestedCopy([YAMLCatalog(path: $0, name: "c", recordPath: "/a/*/b/*")])
        }
        #expect(document.lowercased() == expected.lowercased())
        try withFile(document) { path in
            let catalog = YAMLCatalog(path: path, name: "c", recordPath: "/a/*/b/*")
            let values = try records(of: catalog, columns: ["n", "_given/2/value"]).map(\.values)
            #expect(values == [["1", "b\u{1F}c"], ["3", "b\u{1F}c"]])
        }
    }

    @Test func documentsOfYAMLAreRecordsOfTheirOwn() throws {
        let document = try copy("a: 1\n---\na: 2\n---\njust text\n", [2, 3], Self.given) {
            NestedCopy([YAMLCatalog(path: $0, name: "c", recordPath: ".")])
        }
        #expect(document.hasPrefix("a: 2\n_item: \"A\"\n"))
        #expect(document.contains("\n---\n_item: \"A\"\n_given:\n"))
    }

    @Test func jsonIsWrittenALineARecord() throws {
        let text =
            #"{"p": [{"a": "x\u0085\"", "n": 1e3, "l": [1, {"b": null}, []], "o": {}, "_item": "old"}, {"a": true}]}"#
        let expected = #"""
            {"p": [
            {"a": "x\u0085\"", "n": 1e3, "l": [1, {"b": null}, []], "o": {}, "_item": "A", "_problem": "got: \"<x>\"\n& more"},
            {"a": true, "_item": "A", "_problem": "got: \"<x>\"\n& more"}
            ]}

            """#
        let document = try copy(text, [1, 2]) {
            NestedCopy([JSONCatalog(path: $0, name: "c", recordPath: "/p")])
        }
        #expect(document == expected)
    }

    @Test func linesOfJSONStayLines() throws {
        let document = try copy("{\"a\": 1}\n{\"a\": 2}\n[1]\n", [1, 2]) {
            NestedCopy([JSONCatalog(path: $0, name: "c", isLines: true)])
        }
        #expect(
            document
                == #"{"a": 1, "_item": "A", "_problem": "got: \"<x>\"\n& more"}"# + "\n"
                + #"{"a": 2, "_item": "A", "_problem": "got: \"<x>\"\n& more"}"# + "\n")
    }

    @Test func oneDocumentOfJSONHoldsOneRecord() throws {
        try withFile("{\"a\": 1}") { path in
            let catalogs = ["c", "d"].map { JSONCatalog(path: path, name: $0, recordPath: ".") }
            let copy = NestedCopy(catalogs)
            let (first, second) = (try copy.add(1, of: "c", Self.notes), try copy.add(1, of: "d", Self.notes))
            #expect(first && !second)
        }
    }

    @Test func aFileThatHasFewerRecordsThanBeforeIsAnError() throws {
        try withFile("[{\"a\": 1}]") { path in
            let copy = NestedCopy([JSONCatalog(path: path, name: "c")])
            #expect(
                throws: CatalogError(
                    at: "c", expected: "the same file as before", got: "one that has changed")
            ) { _ = try copy.add(2, of: "c", Self.notes) }
        }
        try withFile("<l><r/></l>") { path in
            let copy = XMLCopy([XMLCatalog(path: path, name: "c", recordPath: "/l/r")])
            #expect(
                throws: CatalogError(
                    at: "c", expected: "the same file as before", got: "one that has changed")
            ) { _ = try copy.add(2, of: "c", Self.notes) }
        }
    }

    @Test(arguments: [
        ("a;b\n1;2\n", UInt8(ascii: ";"), false, false), ("a,b\r\n1,2\r\n", UInt8(ascii: ","), true, false),
        ("\u{FEFF}a\tb\n1\t2\n", UInt8(ascii: "\t"), false, true),
    ])
    func theFormOfATableIsFound(_ text: String, _ delimiter: UInt8, _ returns: Bool, _ mark: Bool) throws {
        try withFile(text) { path in
            let form = try CSVCatalog(path: path, name: "c").form()
            #expect(form.delimiter == delimiter)
            #expect(form.endsWithReturn == returns)
            #expect(form.hasMark == mark)
        }
    }

    @Test func cellsAreQuotedWhereTheyMustBe() {
        var form = CSVForm()
        var bytes: [UInt8] = []
        form.append(["a,b", "c\"d", "e\nf", "g h", ""].map { Array($0.utf8) }, to: &bytes)
        #expect(bytes.text == "\"a,b\",\"c\"\"d\",\"e\nf\",g h,\n")
        (form.quote, form.endsWithReturn, bytes) = (nil, true, [])
        form.append(["a,b", "c\"d", "e\nf"].map { Array($0.utf8) }, to: &bytes)
        #expect(bytes.text == "a b,c\"d,e f\r\n")
    }

    @Test(arguments: [
        ("a,_item,_problem,_field\n", ","), ("a;\"_item\";\"_problem\"\n", ";"), ("_item\t_problem\tb", "\t"),
        ("a,_problem,_item\n", nil), ("", nil),
    ])
    func theDelimiterIsKnownByTwoColumns(_ text: String, _ expected: String?) throws {
        try withFile(text) { path in
            let found = try CSVCatalog.delimiter(of: path, name: "c", between: "_item", and: "_problem")
            #expect(found.map { [$0].text } == expected)
        }
    }

    @Test func fieldsBeyondTheHeaderAreKept() throws {
        try withFile("a,b\n1,2,,\"x \"\"y\"\"\"\n3,4\n") { path in
            let batch = try #require(try batches(of: CSVCatalog(path: path, name: "c")).first)
            #expect(batch.surplus.count == 1)
            let texts = batch.surplus[batch.records[0].start]?.map { range in
                Array(batch.bytes[Int(range.start)..<Int(range.start + range.length)]).text
            }
            #expect(texts == ["", "x \"y\""])
        }
    }
}
