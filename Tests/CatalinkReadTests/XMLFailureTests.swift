import CatalinkCore
import CatalinkRead
import Testing

struct XMLFailureTests {
    private func told(about text: String, at path: String = "/r/i") throws -> String? {
        try withFile(text) { file in
            complaint(about: XMLCatalog(path: file, name: "catalog.xml", recordPath: path), columns: ["t"])
        }
    }

    @Test func anExternalSubsetIsNotLoaded() throws {
        let message = try told(
            about: "<!DOCTYPE r SYSTEM \"http://x.invalid/r.dtd\">\n<r><i><t>a &amp; b</t></i></r>")
        #expect(message == nil)
    }

    private static let hint = "the export must write the character itself, or its number as in &#233;"

    @Test(arguments: ["<t>Caf&eacute;</t>", "<t u=\"Caf&eacute;\"/>", "<other>&eacute;</other>"])
    func anEntityThatOnlyAnExternalSubsetDefinesIsRefused(_ content: String) throws {
        let text = "<!DOCTYPE r SYSTEM \"http://x.invalid/r.dtd\">\n<r>\n<i>\(content)</i></r>"
        let message = try told(about: text)
        #expect(
            message == "catalog.xml:3: expected only the entities of XML itself, got: &eacute; (\(Self.hint))"
        )
    }

    private static let declarations: [(String, String)] = [
        ("<!ENTITY a \"x\">", "\"a\""), ("<!ENTITY file SYSTEM \"file:///etc/passwd\">", "\"file\""),
        ("<!ENTITY % p SYSTEM \"http://x.invalid/p\">\n%p;", "\"p\""),
        (
            "<!ENTITY lol \"lol\">\n<!ENTITY lol2 \"&lol;&lol;&lol;\">\n<!ENTITY lol3 \"&lol2;&lol2;\">",
            "\"lol\""
        ),
    ]

    @Test(arguments: declarations)
    func declarationsOfEntitiesAreRefused(_ declarations: String, _ name: String) throws {
        let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE r [\n\(declarations)\n]>\n<r><i><t>&lol3;</t></i></r>"
        let message = try told(about: text)
        #expect(message == "catalog.xml:3: expected no declaration of an entity, got: \(name)")
    }

    private static let broken: [(String, String)] = [
        ("<r>\n<i>\n</r>", "catalog.xml:3:"), ("<r>\n<i><t>a & b</t></i></r>", "catalog.xml:2:"),
        ("<r>\n<i t=1/></r>", "catalog.xml:2:"), ("<r><i/></r>\n<r/>", "catalog.xml:2:"),
        ("<r>\n\n<i><g:t>1</g:t></i></r>", "catalog.xml:3:"),
    ]

    @Test(arguments: broken)
    func whatIsNotWellFormedIsToldWithItsLine(_ text: String, _ place: String) throws {
        let message = try #require(try told(about: text))
        #expect(message.hasPrefix(place), "\(message)")
        #expect(message.contains(": expected well-formed XML, got: "), "\(message)")
    }

    @Test func aMismatchedTagIsToldWhole() throws {
        let message = try told(about: "<r>\n<i>\n</r>")
        #expect(
            message
                == "catalog.xml:3:5: expected well-formed XML, got: Opening and ending tag mismatch: i line 2 and r"
        )
    }

    /// A truncated export is no catalog, wherever it was cut.
    @Test func whatEndsEarlyIsNoCatalog() throws {
        let text = "<r><i><t>1</t></i><i><t>2</t></i></r>"
        for length in 0..<text.count {
            let message = try told(about: String(text.prefix(length)))
            #expect(message != nil, "cut after \(length) characters")
        }
        let whole = try told(about: text)
        #expect(whole == nil)
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        var bytes = Array("<r>\n<i><t>".utf8)
        bytes.append(0xFF)
        bytes.append(contentsOf: "</t></i></r>".utf8)
        let message = try withFile(bytes) { file in
            complaint(about: XMLCatalog(path: file, name: "catalog.xml", recordPath: "/r/i"), columns: ["t"])
        }
        #expect(message?.hasPrefix("catalog.xml:2:") == true)
    }

    @Test func aWrongPathIsToldWithWhatThereIs() throws {
        let text = "<rss><channel><title>x</title><item><id>1</id></item><item/></channel></rss>"
        let message = try told(about: text, at: "/rss/item")
        #expect(
            message == "catalog.xml: expected an element at `records: /rss/item`, got: none "
                + "(the document has rss, ·/channel, ·/·/title, ·/·/item)")
    }

    @Test(arguments: [(126, true), (127, false), (5000, false)])
    func elementsAreOpenToALimit(_ levels: Int, _ isRead: Bool) throws {
        let nested = String(repeating: "<b>", count: levels) + String(repeating: "</b>", count: levels)
        let message = try told(about: "<r><i>\(nested)</i></r>")
        let expected: String? =
            isRead
            ? nil
            : "catalog.xml:1: expected at most 128 open elements, got: more (`source.limits: {depth: …}` allows more)"
        #expect(message == expected)
    }
}
