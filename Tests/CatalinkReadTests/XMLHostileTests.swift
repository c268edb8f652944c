import CatalinkCore
import CatalinkRead
import Testing

/// What is broken or means harm ends at once, with a message that says where and why.
@Suite(.timeLimit(.minutes(10)))
struct XMLHostileTests {
    private func told(
        about text: String, at path: String = "/r/i", columns: [String] = ["t"],
        limits: ReadLimits = ReadLimits()
    ) throws -> String? {
        var settings = InputSettings()
        settings.limits = limits
        return try withFile(text) { file in
            complaint(
                about: XMLCatalog(path: file, name: "catalog.xml", recordPath: path, settings: settings),
                columns: columns)
        }
    }

    private static let entityHint = "the export must write the character itself, or its number as in &#233;"
    private static let ampersand = "the character itself is written &amp;"
    private static let cutShort = "the export was cut short or is still being written"
    private static let wellFormed = "expected well-formed XML, got: "

    private static let messages: [(String, String)] = [
        (
            "<r>\n<i><t>a</b></i></r>",
            "catalog.xml:2:12: \(wellFormed)Opening and ending tag mismatch: t line 2 and b"
        ),
        (
            "<r>\n<i><t>a & b</t></i></r>",
            "catalog.xml:2:10: \(wellFormed)an & that begins no entity (\(ampersand))"
        ),
        ("<r>\n<i t='a&b'/></r>", "catalog.xml:2:10: \(wellFormed)an & that begins no entity (\(ampersand))"),
        ("<r>\n<i><t><![CDATA[1", "catalog.xml:2: \(wellFormed)an end within <t> (\(cutShort))"),
        ("<r>\n<i t=1/></r>", "catalog.xml:2:6: \(wellFormed)AttValue: \" or ' expected"),
        ("<r>\n<i t='1' t='2'/></r>", "catalog.xml:2:15: \(wellFormed)Attribute t redefined"),
        ("<r><i/></r>\n<r/>", "catalog.xml:2:1: \(wellFormed)Extra content at the end of the document"),
        ("<r><i/></r>\njunk", "catalog.xml:2:1: \(wellFormed)Extra content at the end of the document"),
        ("<r>\n<i><t>1</t></i>\n", "catalog.xml:2: \(wellFormed)an end within <r> (\(cutShort))"),
        ("", "catalog.xml:1: \(wellFormed)an end before the first element (\(cutShort))"),
        (
            "<r><t><![CDATA[a\u{3}]]></t></r>",
            "catalog.xml:1: \(wellFormed)a character that XML does not allow (the export must leave control characters out)"
        ),
        ("<r>\n<!-- never", "catalog.xml:2: \(wellFormed)Comment not terminated"),
        // A declaration that is not valid leaves the document well-formed: what is wrong with it comes behind.
        (
            "<!DOCTYPE r [\n<!ATTLIST r at (one|two|two) #IMPLIED>\n]>\n<r at='two'><x></r>",
            "catalog.xml:4:20: \(wellFormed)Opening and ending tag mismatch: x line 4 and r"
        ),
        ("sku;price\n", "catalog.xml:1:1: \(wellFormed)text that does not begin with <"),
        ("<r>\n<i><t>\u{1}</t></i></r>", "catalog.xml:2:7: \(wellFormed)PCDATA invalid Char value 1"),
        (
            "<r>\n<i><g:t/></i></r>",
            "catalog.xml:2:8: \(wellFormed)Namespace prefix g on t is not defined"
        ),
        (
            "<r>\n<i><t>Caf&eacute;</t></i></r>",
            "catalog.xml:2: expected only the entities of XML itself, got: &eacute; (\(entityHint))"
        ),
        (
            "<!DOCTYPE r [\n<!ENTITY a 'x'>]>\n<r/>",
            "catalog.xml:2: expected no declaration of an entity, got: \"a\""
        ),
        (
            "<!DOCTYPE r SYSTEM 'http://x.invalid/r.dtd' [\n\n%all; ]>\n<r/>",
            "catalog.xml:3: expected no parameter entity, got: %all;"
        ),
    ]

    @Test(arguments: messages)
    func messagesSayWhereAndWhy(_ text: String, _ message: String) throws {
        let found = try told(about: text)
        #expect(found == message)
    }

    /// Ten levels of ten: a gigabyte of text if it were expanded.
    private static let laughs = (1...9).map { level in
        "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">\n"
    }.joined()

    private static let bombs: [(String, String)] = [
        (
            "<!DOCTYPE r [\n<!ENTITY l0 'lol'>\n\(laughs)]><r><i><t>&l9;</t></i></r>",
            "declaration of an entity, got: \"l0\""
        ),
        (
            "<!DOCTYPE r [\n<!ENTITY a '\(String(repeating: "a", count: 50_000))'>]><r><i><t>"
                + String(repeating: "&a;", count: 20_000) + "</t></i></r>",
            "declaration of an entity, got: \"a\""
        ),
        ("<!DOCTYPE r [\n<!ENTITY % a '&#37;a;'>\n%a;]><r/>", "declaration of an entity, got: \"a\""),
        (
            "<!DOCTYPE r [\n<!ENTITY % a '<!ENTITY b \"&#37;c;\">'><!ENTITY % c '%a;%a;'>\n%c;%a;]><r/>",
            "declaration of an entity, got: \"a\""
        ),
        (
            "<!DOCTYPE r [\n<!ENTITY\t%\n x SYSTEM 'file:///dev/zero'> %x;]><r/>",
            "declaration of an entity, got: \"x\""
        ),
        (
            "<!DOCTYPE r [\n<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r><i>&x;</i></r>",
            "declaration of an entity, got: \"x\""
        ),
        (
            "<!DOCTYPE r [\n<!ENTITY x PUBLIC 'p' 'http://x.invalid/'>]><r/>",
            "declaration of an entity, got: \"x\""
        ),
        (
            "<!DOCTYPE r [\n<!--]>'--><!ELEMENT r ANY><?x ]>?><!ENTITY e ''>]><r/>",
            "declaration of an entity, got: \"e\""
        ),
        ("<!DOCTYPE r [\n<!ATTLIST r a CDATA ']>\"' b CDATA %x;>]><r/>", "parameter entity, got: %x;"),
        ("<!DOCTYPE r SYSTEM ']>[' [\n%x;]><r/>", "parameter entity, got: %x;"),
        (
            "<!--[<!ENTITY x '']>--><!DOCTYPE r [\n<!ENTITY y ''>]><r/>",
            "declaration of an entity, got: \"y\""
        ),
    ]

    @Test(arguments: bombs)
    func bombsAreRefusedWhereTheyAreDeclared(_ text: String, _ message: String) throws {
        let found = try told(about: text)
        let line = text.contains("\t%\n") ? 3 : 2
        #expect(found == "catalog.xml:\(line): expected no \(message)")
    }

    /// Without a declaration they are only unknown; an external subset must not make them silently empty.
    @Test(arguments: ["", "<!DOCTYPE r SYSTEM 'r.dtd'>", "<!DOCTYPE r PUBLIC 'p' 'http://x.invalid/'>"])
    func unknownEntitiesAreRefused(_ doctype: String) throws {
        for use in ["<i>&nbsp;</i>", "<i t='&nbsp;'/>", "<x>&nbsp;</x>"] {
            let found = try told(about: "\(doctype)\n<r>\n\(use)</r>")
            #expect(
                found
                    == "catalog.xml:3: expected only the entities of XML itself, got: &nbsp; (\(Self.entityHint))"
            )
        }
    }

    @Test(arguments: [
        "<!DOCTYPE r>", "<!DOCTYPE r SYSTEM \"shops.dtd\">",
        "<!DOCTYPE r PUBLIC '-//x//y' 'http://x.invalid/r.dtd'>",
        "<!DOCTYPE r []>",
        "<!DOCTYPE r [<!ELEMENT r (i*)> <!ATTLIST i n CDATA #IMPLIED><!NOTATION n SYSTEM 'n'>] >",
        "<?xml-stylesheet href='http://x.invalid/s.xsl'?><!-- <!DOCTYPE r [<!ENTITY a ''>]> -->",
    ])
    func harmlessPrologsAreRead(_ prolog: String) throws {
        let message = try told(about: "\(prolog)\n<r><i><t>1</t></i></r>")
        #expect(message == nil)
    }

    @Test func declarationsAreBounded() throws {
        let many = (0..<10_000).map { "<!ATTLIST i a\($0) CDATA 'x'>\n" }.joined()
        let message = try told(about: "<!DOCTYPE r [\n\(many)]><r><i/></r>")
        #expect(
            message?.hasSuffix(": expected a DOCTYPE of at most 65536 bytes, got: more") == true,
            "\(message ?? "")")
    }

    /// What is said of a limit that a job may set.
    private static func told(_ setting: String, _ text: String) -> String {
        "\(text) (`source.limits: {\(setting): …}` allows more)"
    }

    private static let limited: [(String, String)] = [
        (
            "<i><t>\(String(repeating: "x", count: 101))</t></i>",
            told("field", "a field of at most 100 bytes, got: more")
        ),
        (
            "<i><t><b>\(String(repeating: "x", count: 60))</b>\(String(repeating: "y", count: 60))</t></i>",
            told("field", "a field of at most 100 bytes, got: more")
        ),
        (
            "<i u='\(String(repeating: "x", count: 101))'/>",
            told("field", "a field of at most 100 bytes, got: more")
        ),
        (
            "<i>\(String(repeating: "<v>\(String(repeating: "x", count: 20))</v>", count: 6))</i>",
            told("field", "a field of at most 100 bytes, got: more")
        ),
        (
            "<i><a>\(String(repeating: "x", count: 90))</a><b>\(String(repeating: "x", count: 90))</b><t>x</t></i>"
                + "<i><a>\(String(repeating: "x", count: 90))</a><b>\(String(repeating: "x", count: 90))</b>"
                + "<t>\(String(repeating: "x", count: 80))</t></i>",
            told("record", "a record of at most 250 bytes, got: more")
        ),
        ("<\(String(repeating: "n", count: 51))/>", told("name", "names of at most 50 bytes, got: more")),
        (
            "<i \(String(repeating: "n", count: 51))='1'/>",
            told("name", "names of at most 50 bytes, got: more")
        ),
        (String(repeating: "<d>", count: 10), told("depth", "at most 10 open elements, got: more")),
        (
            "<i \((0...1024).map { "a\($0)=''" }.joined(separator: " "))/>",
            "at most 1024 attributes of an element, got: more"
        ),
        (
            "<i \((0...1024).map { "xmlns:a\($0)='urn:a'" }.joined(separator: " "))/>",
            "at most 1024 namespaces in open elements, got: more"
        ),
    ]

    @Test(arguments: limited)
    func limitsAreToldWithTheirLine(_ content: String, _ limit: String) throws {
        var limits = ReadLimits()
        (limits.fieldSize, limits.recordSize, limits.nameSize, limits.depth) = (100, 250, 50, 10)
        let message = try told(
            about: "<r>\n\(content)</r>", columns: ["t", "v[*]", "a", "b", "/r/x"], limits: limits)
        #expect(message == "catalog.xml:2: expected \(limit)")
    }

    private static func text(_ size: Int) -> String {
        String(repeating: "0123456789abcdef", count: size / 16)
    }

    @Test(arguments: [("<t>", "</t>"), ("<t><![CDATA[", "]]></t>"), ("<x t='", "'/><t>1</t>")])
    func whatIsLongButAllowedIsRead(_ start: String, _ end: String) throws {
        let message = try told(
            about: "<r><i>\(start)\(Self.text(8 << 20))\(end)</i></r>", columns: ["t", "x/@t"])
        #expect(message == nil)
    }

    private static let tooLong: [(String, String, String)] = [
        ("<t>", "</t>", "a field of at most 8 MiB, got: more (`source.limits: {field: …}` allows more)"),
        ("<x>", "</x><t/>", ""),
        ("<t><![CDATA[", "]]></t>", "a tag, comment or CDATA section of at most 10 MB, got: more"),
        ("<t a='", "'/>", "a tag, comment or CDATA section of at most 10 MB, got: more"),
        ("<!--", "-->", "a tag, comment or CDATA section of at most 10 MB, got: more"),
    ]

    @Test(arguments: tooLong)
    func whatIsTooLongIsToldAsWhatItIs(_ start: String, _ end: String, _ limit: String) throws {
        let message = try told(about: "<r>\n<i>\(start)\(Self.text(12 << 20))\(end)</i></r>")
        guard !limit.isEmpty else {
            #expect(message == nil, "what no column wants may have any length")
            return
        }
        let expected = "expected \(limit)"
        #expect(
            message?.hasPrefix("catalog.xml:2:") == true && message?.hasSuffix(expected) == true,
            "\(message ?? "")")
    }

    @Test func aTagOfAMillionAttributesEndsAtOnce() throws {
        let attributes = (0..<500_000).map { "a\($0)=''" }.joined(separator: " ")
        let message = try told(about: "<r>\n<i \(attributes)/></r>")
        #expect(message == "catalog.xml:2: expected at most 1024 attributes of an element, got: more")
    }

    @Test func namesWithoutEndDoNotFillTheMemory() throws {
        let name = String(repeating: "n", count: 2000)
        let names = (0..<20_000).map { "<\(name)\($0)/>" }.joined()
        let message = try told(about: "<r>\n\(names)</r>")
        #expect(message == "catalog.xml:2: expected different names of some megabytes at most, got: more")
    }

    @Test func anErrorStaysAnError() throws {
        try withFile("<r><i><t>1</t></i></x>") { file in
            let reader = try XMLCatalog(path: file, name: "catalog.xml", recordPath: "/r/i").open(columns: [
                "t"
            ])
            for _ in 1...3 { #expect(throws: CatalogError.self) { try reader.next() } }
        }
    }
}
