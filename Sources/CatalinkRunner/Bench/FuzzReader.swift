import CatalinkCore
import CatalinkHash
import CatalinkRead

/// A reader with what it is fed.
package enum FuzzReader: String, Sendable, CaseIterable {
    case csv, xml, yaml, json, jsonl

    var stream: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether the reader can be told how many bytes to take at once.
    var canBeCut: Bool { self == .csv || self == .xml }

    /// What reading an input came to.
    struct Answer: Equatable {
        var records = 0
        var fields: [UInt8] = []
        var failure: String?
        var notes: [String] = []

        var isRefused: Bool { failure != nil }

        /// What inputs are told apart by: the message's words without what it quotes, else how many records.
        var kind: String {
            guard let failure else {
                return "\(records.bitWidth - records.leadingZeroBitCount) \(notes.count)"
            }
            return String(
                failure.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 0 }.map { $0.element.filter { !$0.isNumber } }.joined())
        }

        var text: String { failure ?? "\(records) records" }
    }

    /// Reads a file to its end.
    ///
    /// - Parameter cutBy: bytes that the reader is given at once; `nil` for its own measure.
    func answer(_ path: String, cutBy: Int?) -> Answer {
        var answer = Answer()
        var hasher = SHA256()
        do throws(CatalogError) {
            let reader = try catalog(path, cutBy: cutBy).open(columns: columns)
            defer { answer.notes = reader.notes }
            while let batch = try reader.next() {
                for record in 0..<batch.count {
                    answer.records += 1
                    for column in batch.header.columns.indices {
                        let position = batch.position(of: column, in: record)
                        hasher.update(Array("\(position.line):\(position.column) ".utf8))
                        hasher.update(batch.copy(of: column, in: record))
                    }
                }
            }
        } catch {
            answer.failure = error.message
        }
        answer.fields = Array(hasher.finish().hexadecimal.utf8)
        // Where a catalog is refused, how far it was handed out before depends on where it is cut.
        if answer.isRefused { (answer.records, answer.fields, answer.notes) = (0, [], []) }
        return answer
    }

    private func catalog(_ path: String, cutBy: Int?) -> any CatalogSource {
        switch self {
        case .csv: CSVCatalog(path: path, name: "c", bufferSize: cutBy ?? 256 * 1024)
        case .xml: XMLCatalog(path: path, name: "c", recordPath: "//r", chunkSize: cutBy ?? 64 * 1024)
        case .yaml: YAMLCatalog(path: path, name: "c", recordPath: "/r")
        case .json, .jsonl:
            JSONCatalog(
                path: path, name: "c", recordPath: self == .json ? "/r" : "/", isLines: self == .jsonl,
                settings: InputSettings())
        }
    }

    private var columns: [String] {
        switch self {
        case .csv: []
        case .xml: ["@id", "a", "a/b", "g:p", "p[2]", "p[*]", "i[@n=x]/v", ".", "/c/h"]
        case .yaml, .json, .jsonl: ["a", "a/b", "l/0", "l/*", "m/x", "@key", "."]
        }
    }

    /// Inputs to begin with.
    var seeds: [String] {
        switch self {
        case .csv:
            [
                "a,b,c\n1,2,3\n4,5,6\n", "a;b;c\r\n\"x\";\"y;z\";\"q\"\"r\"\r\n", "sep=;\na;b\n1;2\n",
                "a\tb\n\"multi\nline\"\tx\n", "\u{FEFF}a,b\r1,2\r3,4\r", "a,b\n1\n1,2,3\n\n# x\n",
                "'a'|'b'\n'it''s'|'c'\n", "a,b\n5\" pipe,x\ny, \"z\"\n", "a,b,\n1,2,\n3,4,\n",
            ]
        case .xml:
            [
                "<c><h>EUR</h><r id='1'><a>x<b>y</b></a><p>1</p><p>2</p></r></c>",
                "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE c SYSTEM 'c.dtd'><c><r><a><![CDATA[<x>]]></a></r></c>",
                "<c xmlns:g='urn:g'><r g:id='2'><g:p>1.00 EUR</g:p><i n='x'><v>9</v></i></r><!-- n --></c>",
                "<!DOCTYPE c [<!ELEMENT c ANY><!ENTITY e 'x'>]><c><r>&e;</r></c>",
                "<c><r>&amp;&lt;&#233;&#x20AC;</r><?pi x?><r/></c>",
                "<?xml version='1.0' encoding='windows-1252'?><c><r><a>é</a></r></c>",
            ]
        case .yaml:
            [
                "r:\n  - a: 1\n    l: [x, y]\n  - a: {b: 2}\n",
                "d: &d {m: {x: 1}}\nr:\n  - <<: *d\n    a: 2\n  - *d\n",
                "r:\n  - a: |\n      text\n      more\n  - a: >-\n      folded\n",
                "---\nr: [{a: 1}]\n---\nr: [{a: 2}]\n...\n",
                "r: [{a: \"q\\u00e9\", l: [1, [2, 3]]}, {\"a\": '!!x'}]\n",
                "r:\n- a: !!binary aGk=\n- ~\n- text\n",
                "r:\n  - &a {a: 1}\n  - *a\n  - <<: [*a, *a]\n",
            ]
        case .json:
            [
                "{\"r\": [{\"a\": 1.50, \"l\": [1, \"x\"]}, {\"a\": {\"b\": null}}]}",
                "{\"r\":[{\"a\":\"\\ud83d\\ude00\\n\"},{\"a\":true}],\"z\":{}}", "{\"r\": []}",
                "{\"x\": {\"r\": 1}, \"r\": [{\"m\": {\"x\": -1e3}}]}",
            ]
        case .jsonl:
            [
                "{\"a\":1}\n{\"a\":\"x\",\"l\":[]}\n", "\n{\"m\":{\"x\":\"y\"}}\r\n\n[1]\n",
                "{\"a\":{\"b\":2}}",
            ]
        }
    }

    /// Bytes behind which a piece may stand.
    var seams: [UInt8] {
        switch self {
        case .csv, .yaml, .jsonl: [UInt8(ascii: "\n")]
        case .xml: [UInt8(ascii: ">")]
        case .json: [UInt8(ascii: "["), UInt8(ascii: ",")]
        }
    }

    /// Whole pieces of the format, which mostly leave an input readable.
    var pieces: [String] {
        switch self {
        case .csv:
            [
                "1,2,3\n", "\"a\",\"b\"\"\",c\n", "x\r\n", "\n", "\"l\n\",,\n", "é;y\n", ",,\n", "1,2,3,\n",
                " \"q\",2,3\n",
            ]
        case .xml:
            [
                "<r id='7'><a>x<b>y</b></a><p>1</p><p/></r>", "<p>t</p>", "<![CDATA[<&]]>", "<!-- - -->",
                "text", " \n",
                "<x y='1'><z/></x>", "<?pi?>", "&amp;", "&#xe9;", "<a><r><b>n</b></r></a>",
                "<i n='x'><v>5</v></i>",
                "<n:e xmlns:n='u' n:a='1'/>",
            ]
        case .yaml:
            [
                "  - a: 1\n", "  - {a: x, l: [1, 2]}\n", "# c\n", "  - a: |\n      b\n", "  - text\n",
                "  - &z {a: 1}\n",
                "  - \"q\\n\"\n", "  - m:\n      x: 'é'\n", "\n", "  - ~\n", "  - <<: {a: 1}\n    b: 2\n",
            ]
        case .json:
            ["{\"a\": 1},", "{\"l\": [1, [2]], \"m\": {\"x\": null}},", " ", "\n", "{\"a\": \"\\u00e9\"},"]
        case .jsonl: ["{\"a\":1}\n", "{\"l\":[1,2],\"m\":{\"x\":\"y\"}}\n", "\n", " {} \n", "\"s\"\n"]
        }
    }

    /// What the format's grammar is made of.
    var tokens: [String] {
        let common = ["\n", "\r\n", "\r", "\u{FEFF}", "é", "\u{1F600}", "\0", " ", "\t", "\u{2028}"]
        let own: [String] =
            switch self {
            case .csv:
                [
                    "\"", "\"\"", ",", ";", "|", "\",\"", "'", "\"\n", "sep=,", "#", ",,,,,,,,", "\"\r",
                    "\r\"", "\\",
                ]
            case .xml:
                [
                    "<r>", "</r>", "<r/>", "<a>", "</a>", "<p>", "<![CDATA[", "]]>", "<!--", "-->",
                    "<!DOCTYPE x [",
                    "<!ENTITY % p SYSTEM 'x'>", "%p;", "<!ENTITY e '&e;&e;'>", "]>", "&e;", "&amp;", "&#x0;",
                    "&#233;",
                    "xmlns='u'", "xmlns:g='v'", "g:", "=", "'", "\"", "<?", "?>", "encoding='utf-16'",
                    String(repeating: "<a>", count: 200), "<!ATTLIST r id ID 'x'>", ">", "<", "/",
                ]
            case .yaml:
                [
                    "- ", ": ", "? ", "[", "]", "{", "}", "*a", "&a ", "<<: ", "*d", "|\n", ">-\n", "---\n",
                    "...\n",
                    "!!str ", "!<x> ", "\"", "'", "#", "%YAML 1.1\n", "  ", "r:", "~", "@", "`", "\\x",
                    "\\u00",
                    String(repeating: "[", count: 300), String(repeating: "- ", count: 200),
                ]
            case .json, .jsonl:
                [
                    "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "\\udc00", "null", "true",
                    "-", "1e",
                    ".", "0", "\"r\":", "\"a\":", "//", "NaN", String(repeating: "[", count: 300),
                    String(repeating: "{\"a\":", count: 200),
                ]
            }
        return common + own
    }
}
