import CatalinkCore
import Testing

@testable import CatalinkRead

struct XMLEncodingTests {
    private func declared(_ name: String, _ rest: [UInt8] = Array("<r/>".utf8)) -> [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"\(name)\"?>".utf8) + rest
    }

    @Test func theDeclaredEncodingIsReadAndTheJobsOwnGoesBefore() {
        let bytes = declared("windows-1251", [0xE6, 0x80])
        #expect(decoded(bytes, isXML: true).hasSuffix("?>жЂ"))
        #expect(decoded(bytes, as: "windows-1252", isXML: true).hasSuffix("?>æ€"))
        #expect(decoded(bytes).hasPrefix("c:1:46: expected UTF-8 text"))
    }

    @Test(arguments: [
        "<?xml version='1.0' encoding='iso-8859-1' standalone='yes'?>",
        "<?xml\n encoding = \"ISO-8859-1\"\t?>",
    ])
    func aDeclarationMayBeWrittenAnyWay(_ declaration: String) {
        #expect(decoded(Array(declaration.utf8) + [0xE9], isXML: true) == declaration + "é")
    }

    @Test(arguments: [
        "<?xml version=\"1.0\"?>", "<r encoding=\"iso-8859-1\">",
        "<?xml-stylesheet encoding=\"iso-8859-1\"?>",
        "<?xml version=\"1.0\" encoding=iso-8859-1?>", "<?xml version=\"1.0\" encoding=\"iso-8859-1",
        "<?xml version=\"1.0\"?><r encoding=\"iso-8859-1\">",
    ])
    func whatIsNoDeclarationDeclaresNothing(_ text: String) {
        #expect(decoded(Array(text.utf8), isXML: true) == text)
        #expect(decoded(Array(text.utf8) + [0xE9], isXML: true).contains("expected UTF-8 text"))
    }

    @Test func aDeclarationWithoutUsIsForXMLOnly() {
        #expect(decoded(declared("nonsense")) == declared("nonsense").text)
    }

    @Test func aNameThatIsNotKnownIsTold() {
        let message = """
            c:1:31: expected an encoding that is known, got: "klingon" \
            (say what it is, as in `encoding: windows-1252`)
            """
        #expect(decoded(declared("klingon"), isXML: true) == message)
    }

    @Test func aWideEncodingInAFileOfBytesIsAContradiction() {
        let message = """
            c:1:31: expected the encoding in which the file is written, got: "utf-16" in a file of 1-byte units \
            (if nothing else is wrong with it, say `encoding: utf-8`)
            """
        #expect(decoded(declared("utf-16"), isXML: true) == message)
        #expect(decoded([0xEF, 0xBB, 0xBF] + declared("utf-16"), isXML: true) == message)
        #expect(decoded(declared("utf-16"), as: "utf-8", isXML: true) == declared("utf-16").text)
    }

    private static let wide: [(String, [UInt8])] = [("UTF-16LE", [0xFF, 0xFE]), ("UTF-16BE", [0xFE, 0xFF])]

    @Test(arguments: wide)
    func aMarkTellsTheByteOrderOfADeclaration(_ converter: String, _ mark: [UInt8]) throws {
        for name in ["utf-16", converter] {
            let text = declared(name, Array("<r>é</r>".utf8)).text
            let bytes = try EncodingGuessTests.written(text, in: converter)
            #expect(decoded(mark + bytes, isXML: true) == text)
            #expect(decoded(bytes, isXML: true) == text)
        }
        let contradiction = try mark + EncodingGuessTests.written(declared("utf-8").text, in: converter)
        #expect(decoded(contradiction, isXML: true).contains("got: \"utf-8\" in a file of 2-byte units"))
        let other = converter == "UTF-16LE" ? "utf-16be" : "utf-16le"
        let order = try mark + EncodingGuessTests.written(declared(other).text, in: converter)
        #expect(decoded(order, isXML: true).contains("expected the encoding in which the file is written"))
    }

    @Test func aMarkOfUTF8GoesBeforeAnotherEncodingOfBytes() {
        let text = declared("iso-8859-1", Array("é".utf8)).text
        #expect(decoded([0xEF, 0xBB, 0xBF] + Array(text.utf8), isXML: true) == text)
    }

    @Test func aDeclaredEncodingThatIsUTF8AfterAllIsTold() {
        let told = decoded(declared("windows-1252", Array("éé".utf8)), isXML: true)
        #expect(
            told
                == "c:1:46: expected windows-1252 text, got: UTF-8 (the text is UTF-8: say `encoding: utf-8`)"
        )
    }
}
