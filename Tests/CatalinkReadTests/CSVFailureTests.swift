import CatalinkCore
import CatalinkRead
import Testing

struct CSVFailureTests {
    private static let quotes = "a quotation mark inside a quoted field is written twice"
    private static let unclosed =
        "expected a closing quotation mark, got: the end of the file (the field that opens on this line is never closed)"

    private static let texts: [(String, String)] = [
        ("", "catalog.csv: expected a header and records, got: an empty file"),
        ("\n\n\r\n", "catalog.csv: expected a header and records, got: an empty file"),
        ("\u{FEFF}", "catalog.csv: expected a header and records, got: an empty file"),
        ("a,b\n1,\"x\n2,y\n", "catalog.csv:2: \(unclosed)"),
        ("a,b\n1,2\n\"3\n4\",\"x\n", "catalog.csv:4: \(unclosed)"),
        ("\"a,b\n1,2\n", "catalog.csv:1: \(unclosed)"),
        (
            "a,b\n\"x\"y,2\n",
            "catalog.csv:2: expected a delimiter or a line end after a closing quotation mark, got: \"y,2\\n\" (\(quotes))"
        ),
        (
            "a,b\n1,2\n\"x\ny\" ,2\n",
            "catalog.csv:4: expected a delimiter or a line end after a closing quotation mark, got: \" ,2\\n\" (\(quotes))"
        ),
    ]

    @Test(arguments: texts)
    func aFileThatIsNoCSVIsToldWithItsLine(_ text: String, _ message: String) throws {
        let told = try withFile(text) { path in
            complaint(about: CSVCatalog(path: path, name: "catalog.csv"))
        }
        #expect(told == message)
    }

    /// Bytes before 0xFF, and the place of it.
    @Test(arguments: [
        ("a,b\nx,", "2:3"), ("a,b\né,", "2:3"), ("a,b\n1,2\n", "3:1"), ("a,b\r\n1,2\r\nab", "3:3"),
        ("a,", "1:3"),
        ("a,b\n\"x\ny", "3:2"),
    ])
    func textThatIsNotUTF8IsToldWithItsPlace(_ before: String, _ place: String) throws {
        var bytes = Array(before.utf8)
        bytes.append(0xFF)
        bytes.append(contentsOf: (before.contains("\"") ? "\",2\n" : "\n").utf8)
        let told = try withFile(bytes) { path in
            complaint(about: CSVCatalog(path: path, name: "catalog.csv"))
        }
        let message = "catalog.csv:\(place): expected UTF-8 text, got: the byte 0xFF ("
        #expect(told?.hasPrefix(message) == true)
    }

    @Test func placesAreCountedInFilesOfReturnsToo() throws {
        var bytes = Array("a,b\r1,2\rx,".utf8)
        bytes.append(contentsOf: [0xFF, UInt8(ascii: "\r")])
        let told = try withFile(bytes) { path in
            complaint(about: CSVCatalog(path: path, name: "catalog.csv"))
        }
        #expect(told?.hasPrefix("catalog.csv:3:3: ") == true)
    }

    @Test func aRecordWithoutEndIsNotReadForEver() throws {
        let mebibyte = 1024 * 1024
        var bytes = Array("a,b\n1,\"".utf8)
        bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: "x"), count: 32 * mebibyte))
        let told = try withFile(bytes) { path in
            complaint(
                about: CSVCatalog(path: path, name: "catalog.csv", bufferSize: 8 * mebibyte))
        }
        let message = """
            catalog.csv:2: expected a record of at most 16 MiB, got: a longer one \
            (a quotation mark that is never closed?)
            """
        #expect(told == message)
    }
}
