import CatalinkCore
import CatalinkRead
import Foundation
import Testing

struct CatalogFileTests {
    private func catalog(_ path: String, bufferSize: Int = 16) -> CSVCatalog {
        CSVCatalog(path: path, name: "catalog.csv", bufferSize: bufferSize)
    }

    private static let rows = "a,b\n" + (1...200).map { "\($0),x\n" }.joined()
    private static let changed =
        "catalog.csv: expected the same file from begin to end, got: one that changed while it was read "
        + "(let the export finish first, best by writing to another name and renaming)"

    /// What is wrong after `change` was made between the first records and the last.
    private func told(afterChange change: (String) throws -> Void) throws -> String? {
        try withFile(Self.rows) { path in
            let reader = try catalog(path).open(columns: [])
            _ = try reader.next()
            try change(path)
            do throws(CatalogError) {
                while try reader.next() != nil {}
                return nil
            } catch {
                return error.message
            }
        }
    }

    @Test func aFileThatStaysIsReadToItsEnd() throws {
        let message = try told { _ in }
        #expect(message == nil)
    }

    @Test func aFileThatGrowsIsNoCatalog() throws {
        let message = try told { path in
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data("201,x\n".utf8))
            try file.close()
        }
        #expect(message == Self.changed)
    }

    @Test func aFileThatIsCutIsNoCatalog() throws {
        let message = try told { path in
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 500)
            try file.close()
        }
        #expect(message == Self.changed)
    }

    @Test func aFileThatIsReplacedIsNoCatalog() throws {
        let message = try told { path in
            try Data(Self.rows.utf8).write(to: URL(filePath: path), options: .atomic)
        }
        #expect(message == Self.changed)
    }

    @Test func aFileThatIsRemovedIsNoCatalog() throws {
        let message = try told { path in try FileManager.default.removeItem(atPath: path) }
        #expect(message == Self.changed)
    }

    @Test func aMissingFileIsTold() throws {
        let told = try withFile("") { path in complaint(about: catalog(path + "-2")) }
        let message = """
            catalog.csv: expected a catalog file, got: No such file or directory \
            (`source.path` is relative to the job file)
            """
        #expect(told == message)
    }

    @Test func aDirectoryIsNoCatalog() throws {
        let path = FileManager.default.temporaryDirectory.path
        let told = complaint(about: catalog(path))
        #expect(told == "catalog.csv: expected a regular file, got: a directory, pipe or device")
    }

    @Test func aDeviceIsNoCatalog() {
        let told = complaint(about: catalog("/dev/null"))
        #expect(told == "catalog.csv: expected a regular file, got: a directory, pipe or device")
    }
}
