import CatalinkCore
import CatalinkTestSupport
import Testing

@testable import CatalinkRead

struct EncodingTests {
    /// Each text in its encoding, with the bytes of each character that is not ASCII.
    private static let texts: [(String, [UInt8], String)] = [
        ("utf-8", [0x61, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80], "aé€😀"),
        ("utf-16le", [0x61, 0, 0xE9, 0, 0xAC, 0x20, 0x3D, 0xD8, 0x00, 0xDE, 0x0A, 0], "aé€😀\n"),
        ("utf-16be", [0, 0x61, 0, 0xE9, 0x20, 0xAC, 0xD8, 0x3D, 0xDE, 0x00, 0, 0x0A], "aé€😀\n"),
        ("utf-32le", [0x61, 0, 0, 0, 0xAC, 0x20, 0, 0, 0x00, 0xF6, 0x01, 0], "a€😀"),
        ("utf-32be", [0, 0, 0, 0x61, 0, 0, 0x20, 0xAC, 0, 0x01, 0xF6, 0x00], "a€😀"),
        ("us-ascii", [0x61, 0x7E], "a~"),
        ("windows-1250", [0x61, 0xB3, 0xBF], "ałż"), ("windows-1251", [0x61, 0xFE, 0xFF], "aюя"),
        ("windows-1252", [0x61, 0x80, 0xFC], "a€ü"), ("windows-1253", [0xE1, 0xE2], "αβ"),
        ("windows-1254", [0xFD, 0xFE], "ış"), ("windows-1255", [0xE0, 0xE1], "אב"),
        ("windows-1256", [0xC7, 0xC8], "اب"), ("windows-1257", [0xE0, 0xF0], "ąš"),
        ("windows-1258", [0xF5, 0xFE], "ơ₫"), ("windows-874", [0xA1, 0xA2], "กข"),
        ("iso-8859-1", [0x61, 0xE9], "aé"), ("iso-8859-2", [0xB1, 0xE9], "ąé"),
        ("iso-8859-5", [0xD0, 0xD1], "аб"), ("iso-8859-15", [0xA4, 0xBD], "€œ"),
        ("iso-8859-16", [0xA4, 0xAA], "€Ș"), ("koi8-r", [0xC1, 0xC2], "аб"), ("koi8-u", [0xA4, 0xC1], "єа"),
        ("cp437", [0x81, 0x84], "üä"), ("cp850", [0x81, 0x9B], "üø"), ("cp852", [0xA5, 0x88], "ął"),
        ("cp866", [0xA0, 0xE0], "ар"), ("macintosh", [0x8A, 0x9F], "äü"),
        ("shift_jis", [0x61, 0x82, 0xA0, 0xB1, 0x93, 0xFA], "aあｱ日"),
        ("euc-jp", [0xA4, 0xA2, 0xC6, 0xFC], "あ日"),
        ("gbk", [0xC4, 0xE3, 0x61], "你a"), ("gb18030", [0x81, 0x30, 0x89, 0x38, 0x61], "ßa"),
        ("big5", [0xA7, 0x41, 0x61], "你a"), ("euc-kr", [0xB0, 0xA1, 0x61], "가a"),
    ]

    @Test(arguments: texts)
    func textIsDecoded(_ name: String, _ bytes: [UInt8], _ text: String) {
        #expect(decoded(bytes, as: name) == text)
    }

    /// A piece may end anywhere, in whatever came and in whatever is asked for.
    @Test(arguments: texts)
    func everySplitGivesTheSameText(_ name: String, _ bytes: [UInt8], _ text: String) throws {
        var settings = InputSettings()
        settings.encoding = TextEncoding(name: name)
        let found = try FoundEncoding(in: bytes, name: "c", settings, isXML: false)
        for chunk in 1...bytes.count {
            for bufferSize in 1...text.utf8.count {
                let source = try TextSource(
                    ChunkedSource(bytes, size: chunk), name: "c", found, bufferSize: 16)
                let split = try CatalinkReadTests.bytes(of: source, bufferSize: bufferSize)
                #expect(split.text == text, "\(name), \(chunk) bytes into \(bufferSize)")
                #expect(decoded(bytes, as: name, chunk: chunk, bufferSize: bufferSize) == text)
            }
        }
    }

    /// The piece that is decoded at once ends at 64 KiB; characters lie across it at every offset.
    @Test(arguments: texts)
    func textThatIsLongerThanABufferIsDecodedWhole(_ name: String, _ bytes: [UInt8], _ text: String) {
        let count = 150_000 / bytes.count
        let repeated = Array(repeatElement(bytes, count: count).joined())
        #expect(decoded(repeated, as: name) == String(repeating: text, count: count))
    }

    @Test(arguments: texts.map(\.0))
    func anEncodingIsKnownByItsOwnName(_ name: String) {
        #expect(TextEncoding(name: name)?.name == name)
        #expect(TextEncoding.names.contains(name))
    }

    @Test(arguments: [
        ("UTF8", "utf-8"), ("Utf_16", "utf-16"), ("UCS-2", "utf-16"), ("CP1252", "windows-1252"),
        ("Windows-1251", "windows-1251"), ("latin1", "iso-8859-1"), ("Latin-9", "iso-8859-15"),
        ("ISO8859-2", "iso-8859-2"), ("iso_8859-1", "iso-8859-1"), ("ascii", "us-ascii"),
        ("SJIS", "shift_jis"),
        ("Windows-31J", "shift_jis"), ("GB2312", "gbk"), ("ks_c_5601-1987", "euc-kr"),
        ("tis-620", "iso-8859-11"),
    ])
    func anEncodingIsKnownByItsOtherNames(_ alias: String, _ name: String) {
        #expect(TextEncoding(name: alias)?.name == name)
    }

    @Test(arguments: ["", "-", "utf", "utf-7", "iso-8859-12", "iso-8859-17", "windows-1259", "ansi"])
    func otherNamesAreUnknown(_ name: String) {
        #expect(TextEncoding(name: name) == nil)
    }

    @Test func everyEncodingThatIsKnownCanBeRead() {
        for name in TextEncoding.names {
            let encoding = TextEncoding(name: name)
            #expect(encoding?.name == name)
            #expect(encoding?.decoder() != nil, "\(name)")
        }
    }

    @Test func aNULIsTextLikeAnyOther() {
        #expect(decoded(Array("a\0b,c\n".utf8)) == "a\0b,c\n")
        #expect(decoded([0x61, 0, 0xE9, 0x0A], as: "windows-1252") == "a\0é\n")
    }

    @Test func anEmptyFileIsEmptyText() {
        for name in TextEncoding.names { #expect(decoded([], as: name) == "") }
        #expect(decoded([]) == "")
    }
}
