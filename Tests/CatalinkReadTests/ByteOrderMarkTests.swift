import CatalinkCore
import Testing

@testable import CatalinkRead

struct ByteOrderMarkTests {
    private static let marked: [(String, [UInt8])] = [
        ("utf-8", [0xEF, 0xBB, 0xBF, 0x61, 0x2C, 0xC3, 0xA9]),
        ("utf-16le", [0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0xE9, 0]),
        ("utf-16be", [0xFE, 0xFF, 0, 0x61, 0, 0x2C, 0, 0xE9]),
        ("utf-32le", [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0, 0x2C, 0, 0, 0, 0xE9, 0, 0, 0]),
        ("utf-32be", [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61, 0, 0, 0, 0x2C, 0, 0, 0, 0xE9]),
    ]

    @Test(arguments: marked)
    func aMarkTellsTheEncodingAndIsNoText(_ name: String, _ bytes: [UInt8]) {
        for size in 1...bytes.count {
            #expect(decoded(bytes, chunk: size) == "a,é")
            #expect(decoded(bytes, as: name, chunk: size) == "a,é")
        }
        if name.hasPrefix("utf-16") { #expect(decoded(bytes, as: "utf-16") == "a,é") }
        if name.hasPrefix("utf-32") { #expect(decoded(bytes, as: "utf-32") == "a,é") }
    }

    @Test(arguments: marked)
    func aMarkThatContradictsTheJobIsTold(_ name: String, _ bytes: [UInt8]) {
        for given in ["windows-1252", "utf-8", "utf-16le", "utf-16be", "utf-32"]
        where given != name && !name.hasPrefix(given) {
            let told = decoded(bytes, as: given)
            let shown = given.hasPrefix("utf") ? given.uppercased() : given
            let message = """
                c:1:1: expected \(shown) text, got: the byte order mark of \(name.uppercased()) \
                (leave `encoding:` out)
                """
            #expect(told == message)
        }
    }

    @Test(arguments: marked)
    func noTextBeginsWithAMark(_ name: String, _ bytes: [UInt8]) {
        let mark = bytes.prefix(name == "utf-8" ? 3 : name.hasPrefix("utf-16") ? 2 : 4)
        for size in 1...bytes.count { #expect(decoded(mark + mark + bytes, chunk: size) == "a,é") }
        #expect(decoded(mark + mark + bytes.dropLast()).hasPrefix("c:1:3: "))
    }

    @Test func aMarkOfAnEncodingWithoutByteOrderIsNoTextEither() {
        #expect(decoded([0x84, 0x31, 0x95, 0x33, 0x61], as: "gb18030", chunk: 1) == "a")
    }

    @Test func aMarkWithinTheTextIsText() {
        #expect(decoded(Array("\u{FEFF}a\u{FEFF}".utf8)) == "a\u{FEFF}")
    }

    @Test func whatStandsBeforeTheMarkIsPassedOverButItsLinesCount() throws {
        let bytes = Array("\n\t\u{FEFF}sku,price\nA,\n".utf8)
        #expect(decoded(bytes) == "\nsku,price\nA,\n")
        #expect(decoded(bytes + [0xFF]).hasPrefix("c:4:1: "))
        let source = try CatalogInput.text(
            of: ChunkedSource(bytes, size: 1), name: "c", InputSettings())
        #expect(source.notes == ["c:1: passed over blanks and line ends before the byte order mark"])
    }

    @Test func blanksWithoutAMarkAreText() {
        #expect(decoded(Array("\n\tsku".utf8)) == "\n\tsku")
    }

    @Test func aCSVFileWithALineBeforeItsMarkIsRead() throws {
        let read = try withFile("\n\t\u{FEFF}\"sku\",price\nA,1\n") { path in
            try records(of: CSVCatalog(path: path, name: "catalog.csv"))
        }
        #expect(read.map(\.values) == [["A", "1"]])
        #expect(read.map(\.line) == [3])
    }
}
