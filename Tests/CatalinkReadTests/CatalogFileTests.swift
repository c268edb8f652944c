import CatalinkCore
import Foundation
import Testing

@testable import CatalinkRead

struct CatalogFileTests {
    private func catalog(_ path: String, bufferSize: Int = 16) -> CSVCatalog {
        CSVCatalog(path: path, name: "catalog.csv", bufferSize: bufferSize)
    }

    /// More than is read ahead.
    private static let rows = "a,b\n" + (1...300_000).map { "\($0),x\n" }.joined()
    private static func changed(_ how: String) -> String {
        "catalog.csv: expected the same file from begin to end, got: one that was \(how) while it was read "
            + "(let the export finish first, best by writing to another name and renaming)"
    }

    /// What is wrong after `change` was made between the first records and the last.
    private func told(afterChange change: (String) throws -> Void) throws -> String? {
        try withFile(Self.rows) { path in
            let reader = try catalog(path, bufferSize: 64 * 1024).open(columns: [])
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
        #expect(message == Self.changed("added to"))
    }

    @Test func aFileThatIsCutIsNoCatalog() throws {
        let message = try told { path in
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 500)
            try file.close()
        }
        #expect(message == Self.changed("cut short"))
    }

    @Test func aFileThatIsReplacedIsNoCatalog() throws {
        let message = try told { path in
            try Data(Self.rows.utf8).write(to: URL(filePath: path), options: .atomic)
        }
        #expect(message == Self.changed("replaced by another"))
    }

    @Test func aFileThatIsRemovedIsNoCatalog() throws {
        let message = try told { path in try FileManager.default.removeItem(atPath: path) }
        #expect(message == Self.changed("removed"))
    }

    @Test func aFileThatIsWrittenToIsNoCatalog() throws {
        let message = try told { path in
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.write(contentsOf: Data("A".utf8))
            try file.close()
            // Beyond the granularity of the clock that stamps files.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        }
        #expect(message == Self.changed("written to"))
    }

    /// What is wrong with a path in a directory that `prepare` fills.
    private func toldOfPath(_ prepare: (String) throws -> String) throws -> String? {
        try withFile("") { path in complaint(about: catalog(try prepare(path))) }
    }

    private func unreadable(_ got: String, _ hint: String?) -> String {
        "catalog.csv: expected a catalog file, got: \(got)" + (hint.map { " (\($0))" } ?? "")
    }

    @Test func aMissingFileIsTold() throws {
        let hint = "paths in a job are relative to the job file, others to where you are"
        #expect(try toldOfPath({ $0 + "-2" }) == unreadable("No such file or directory", hint))
        #expect(try toldOfPath({ $0 + "/below-a-file" }) == unreadable("Not a directory", hint))
        #expect(try toldOfPath({ _ in "" }) == unreadable("No such file or directory", hint))
    }

    @Test func aLinkThatLeadsNowhereIsAMissingFile() throws {
        let message = try toldOfPath { path in
            #expect(symlink(path + "-2", path + "-link") == 0)
            return path + "-link"
        }
        #expect(
            message
                == unreadable(
                    "No such file or directory",
                    "paths in a job are relative to the job file, others to where you are"))
    }

    @Test func aLinkThatGoesInCirclesIsTold() throws {
        let message = try toldOfPath { path in
            #expect(symlink(path + "-link", path + "-link") == 0)
            return path + "-link"
        }
        #expect(message == unreadable("Too many levels of symbolic links", nil))
    }

    @Test func aFileThatMayNotBeReadIsTold() throws {
        let message = unreadable(
            "Permission denied", "the file and every directory above it must be readable to this user")
        #expect(CatalogFile.unreadable("catalog.csv", EACCES).message == message)
        // The superuser may read everything.
        guard geteuid() != 0 else { return }
        let told = try toldOfPath { path in
            #expect(chmod(path, 0) == 0)
            return path
        }
        #expect(told == message)
    }

    private func irregular(_ got: String, hint: String? = nil) -> String {
        "catalog.csv: expected a regular file, got: \(got)" + (hint.map { " (\($0))" } ?? "")
    }

    @Test func aDirectoryIsNoCatalog() throws {
        #expect(
            try toldOfPath({ URL(filePath: $0).deletingLastPathComponent().path }) == irregular("a directory")
        )
    }

    @Test func aDeviceIsNoCatalog() {
        let told = complaint(about: catalog("/dev/null"))
        #expect(told == irregular("a device", hint: "`-` reads standard input"))
    }

    @Test func aPipeIsNoCatalogAndNobodyWaitsForIt() throws {
        let message = try toldOfPath { path in
            #expect(mkfifo(path + "-pipe", 0o600) == 0)
            return path + "-pipe"
        }
        #expect(message == irregular("a pipe", hint: "`-` reads standard input"))
    }

    @Test func aSocketIsNoCatalog() throws {
        let message = try toldOfPath { path in
            let name = path + "-socket"
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
            let bound = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            #expect(bound == 0)
            return name
        }
        #expect(message == irregular("a socket"))
    }
}
