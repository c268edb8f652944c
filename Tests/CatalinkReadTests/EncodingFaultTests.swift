import CatalinkCore
import Testing

@testable import CatalinkRead

/// Bytes that are no text are told with their place; no character stands in for them.
struct EncodingFaultTests {
    private static let spoilt = "the text around is UTF-8: the export has cut or spoilt a character here"

    /// Text that is no UTF-8, the place and the byte.
    private static let faults: [([UInt8], String, String)] = [
        ([0xFF], "1:1", "0xFF"), ([0x80], "1:1", "0x80"), ([0x61, 0xC0, 0x80], "1:2", "0xC0"),
        ([0xE0, 0x80, 0x80], "1:1", "0xE0"), ([0xED, 0xA0, 0x80], "1:1", "0xED"),
        ([0xF4, 0x90, 0x80, 0x80], "1:1", "0xF4"), ([0xF5, 0x80, 0x80, 0x80], "1:1", "0xF5"),
        ([0xE2, 0x82, 0x41], "1:1", "0xE2"), ([0x61, 0x0A, 0xE2, 0x82], "2:1", "0xE2"),
        ([0xC3, 0xA9, 0xC3], "1:2", "0xC3"), ([0xC3, 0xA9, 0xA9], "1:2", "0xA9"),
        ([0xF0, 0x9F, 0x98], "1:1", "0xF0"), ([0xE2, 0x82, 0xAC, 0x2C, 0xFE], "1:3", "0xFE"),
        ([0x61, 0x0D, 0x0A, 0x62, 0x0D, 0x63, 0xFF], "3:2", "0xFF"),
        ([0x0D, 0x0D, 0x0A, 0x0A, 0xFF], "4:1", "0xFF"),
        ([0x0D, 0xFF], "2:1", "0xFF"),
    ]

    @Test(arguments: faults)
    func bytesThatAreNoUTF8AreToldWithTheirPlace(_ bytes: [UInt8], _ place: String, _ byte: String) {
        for size in 1...bytes.count {
            let told = decoded(bytes, chunk: size, bufferSize: 1)
            #expect(told.hasPrefix("c:\(place): expected UTF-8 text, got: the byte \(byte) ("), "\(told)")
        }
    }

    /// Every border of a piece, every kind of line end before it.
    @Test func aPlaceIsCountedAcrossPieces() {
        let lines = Array("é,1\r\n2\n\r3\r\r\n€4".utf8)
        for count in [1, 1000, 20_000] {
            let bytes = Array(repeatElement(lines, count: count).joined()) + [0xFF]
            for size in [1, 2, 3, 5, 65_535, 65_536, 65_537] where count < 20_000 || size > 5 {
                let told = decoded(bytes, chunk: size)
                let place = "c:\(5 * count + 1):3: expected UTF-8 text, got: the byte 0xFF"
                #expect(told == place + " (\(Self.spoilt))" || count == 1 && told.hasPrefix(place), "\(told)")
            }
        }
    }

    private static let declaredFaults: [(String, [UInt8], String)] = [
        ("us-ascii", [0x61, 0xE9], "c:1:2: expected us-ascii text, got: the byte 0xE9 "),
        ("windows-1252", [0x61, 0x0A, 0x81], "c:2:1: expected windows-1252 text, got: the byte 0x81 "),
        (
            "shift_jis", [0x61, 0x82],
            "c:1:2: expected shift_jis text, got: the byte 0x82, cut off by the end "
        ),
        ("shift_jis", [0x82, 0xA0, 0xFF, 0x61], "c:1:2: expected shift_jis text, got: the byte 0xFF "),
        ("gbk", [0xC4, 0xE3, 0xC4, 0x20], "c:1:2: expected gbk text, got: the byte 0xC4 "),
        (
            "utf-16le", [0x61, 0, 0x3D],
            "c:1:2: expected UTF-16LE text, got: the byte 0x3D, cut off by the end "
        ),
        (
            "utf-16le", [0x61, 0, 0x3D, 0xD8],
            "c:1:2: expected UTF-16LE text, got: the bytes 0x3D 0xD8, cut off by the end "
        ),
        (
            "utf-16le", [0x61, 0, 0x0A, 0, 0x3D, 0xD8, 0x61, 0],
            "c:2:1: expected UTF-16LE text, got: the bytes 0x3D 0xD8, the first half of a pair "
        ),
        (
            "utf-16be", [0, 0x61, 0xDE, 0x00, 0xD8, 0x3D],
            "c:1:2: expected UTF-16BE text, got: the bytes 0xDE 0x00, the second half of a pair "
        ),
        (
            "utf-32le", [0x61, 0, 0, 0, 0x00, 0xD8, 0, 0],
            "c:1:2: expected UTF-32LE text, got: the bytes 0x00 0xD8 0x00 0x00, no character of Unicode "
        ),
        (
            "utf-32be", [0, 0x11, 0, 0],
            "c:1:1: expected UTF-32BE text, got: the bytes 0x00 0x11 0x00 0x00, no character of Unicode "
        ),
    ]

    @Test(arguments: declaredFaults)
    func bytesThatAreNoTextInAnEncodingAreToldWithTheirPlace(
        _ name: String, _ bytes: [UInt8], _ message: String
    ) {
        for size in 1...bytes.count {
            let told = decoded(bytes, as: name, chunk: size, bufferSize: 1)
            #expect(told.hasPrefix(message), "\(told)")
        }
    }

    @Test(arguments: [
        ("iso-8859-1", "windows-1252"), ("iso-8859-2", "windows-1250"), ("iso-8859-5", "windows-1251"),
        ("iso-8859-9", "windows-1254"), ("iso-8859-15", "windows-1252"),
    ])
    func aControlCharacterOfISOIsALetterOfWindows(_ name: String, _ suggested: String) {
        let told = decoded(Array("Caf".utf8) + [0xE9, 0x20, 0x93, 0x41, 0x94], as: name)
        let message = """
            c:1:6: expected \(name) text, got: the byte 0x93, a control character \
            (it may be \(suggested): say `encoding: \(suggested)`)
            """
        #expect(told == message)
    }
}
