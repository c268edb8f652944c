import CatalinkCore
import CatalinkRead
import Testing

/// A chunk may end at every byte, and what is read must not depend on it.
struct XMLSplitTests {
    private static let columns = [
        "t", "t/@a", "p[2]", "p[*]", "f[@n=s]", ".", "g:v", "@id", "/r/@d", "/r/h", "/r/g/@k",
    ]

    private static let documents = [
        """
        <?xml version="1.0" encoding='UTF-8'?>\r\n<!-- a > "b -->\n<!DOCTYPE r SYSTEM "r.dtd" [
        <!-- it's ]> --><!ELEMENT r (h|i)*><!ATTLIST i id CDATA "9%" u CDATA 'x>]'><?pi ]> ?>
        <!NOTATION n SYSTEM "n">]>
        <r d="1&amp;2" xmlns:g="urn:g"><h>é&#233;&lt;</h><g k='7'><i id="€"><t a="&#10;">a<![CDATA[]] > & ]]>b</t>
        <!-- <t>no</t> --><p>1</p><p>2\r\n3\r4</p><f n="s">😀</f><g:v/><?pi <p>5</p>?></i></g>
        <i ><t>&gt;&quot;&apos;]]</t ></i><i/></r><!-- end --><?pi?>

        """,
        "<r><i><t>1</t></i><i><t>a & b</t></i></r>", "<r><i><t>1</t></i></r>\n<r/>",
        "<r><i><t>1</t></i></r> x",
        "<r>\n<i><t>1</t></i>\n<i><t>2</i></r>", "<r><i><t>Caf&eacute;</t></i></r>",
        "<!DOCTYPE r SYSTEM 'r.dtd'>\n<r><i t='&eacute;'/></r>", "<r><i><t>1</t></i><i t='1' t='2'/></r>",
        "<!DOCTYPE r [\n<!ELEMENT r ANY>\n<!ENTITY e 'x'>]>\n<r><i><t>&e;</t></i></r>",
        "<!DOCTYPE r [\n\n<!ENTITY % e 'x'>\n%e;]><r/>", "<!DOCTYPE r [\n%e; ]><r/>",
        "<!DOCTYPE r [\n<!ELEMENT r %e;> ]><r/>", "<r><i><t>]]></t></i></r>", "<r><i><x:t/></i></r>",
        "<r><i><t>\u{1}</t></i></r>", "<r><i a='<'/></r>", "<r><i><!-- a -- b --></i></r>",
        " <?xml version='1.0'?><r/>",
        "<r><i><t>&#xD800;</t></i></r>", "plain", "<r><?xml version='1.0'?></r>",
        "<!DOCTYPE r [ <!FOO> ]><r/>",
        "<!DOCTYPE r [ <!ELEMENT r (a> ]><r><i/></r>", "<r><!DOCTYPE r></r>", "<r xmlns:a=''><i/></r>",
        "<r><i></r>",
        "<!DOCTYPE", "<r", "<r><i", "<r><i><t><![CDATA[", "<r><!-", "<r><i/>",
    ]

    private enum Outcome: Equatable {
        case records([ReadRecord])
        case message(String)
    }

    private func outcome(_ text: String, chunkSize: Int) throws -> Outcome {
        try withFile(text) { file in
            let catalog = XMLCatalog(
                path: file, name: "catalog.xml", recordPath: "//i", chunkSize: chunkSize)
            do throws(CatalogError) {
                return .records(try records(of: catalog, columns: Self.columns))
            } catch {
                return .message(error.message)
            }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: documents)
    func everyChunkSizeReadsTheSame(_ text: String) throws {
        let whole = try outcome(text, chunkSize: 65_536)
        for size in 1...max(64, text.utf8.count) {
            let split = try outcome(text, chunkSize: size)
            #expect(split == whole, "chunks of \(size) bytes")
            if split != whole { break }
        }
    }

    @Test func theFirstDocumentIsReadAsItIsMeant() throws {
        let found = try outcome(Self.documents[0], chunkSize: 65_536)
        guard case .records(let records) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(
            records.map(\.values) == [
                [
                    "a]] > & b", "\n", "2\n3\n4", "1\u{1F}2\n3\n4", "😀", "a]] > & b\n12\n3\n4😀", "", "€",
                    "1&2", "éé<",
                    "7",
                ],
                [">\"']]", "", "", "", "", ">\"']]", "", "9%", "1&2", "éé<", "7"],
                ["", "", "", "", "", "", "", "9%", "1&2", "éé<", "7"],
            ])
    }
}
