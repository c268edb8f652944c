import CatalinkCore
import Foundation
import Testing

@testable import CatalinkRead

struct SpooledInputTests {
    /// Gives `body` a descriptor from which the bytes can be read once.
    private func withPipe<Value>(_ bytes: [UInt8], _ body: (Int32) throws -> Value) throws -> Value {
        let pipe = Pipe()
        // Small enough for the pipe to hold.
        try #require(bytes.count <= 16_384)
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
        try pipe.fileHandleForWriting.close()
        return try body(pipe.fileHandleForReading.fileDescriptor)
    }

    @Test func whatCanBeReadOnceCanBeReadAgain() throws {
        try withFile("") { file in
            let directory = URL(filePath: file).deletingLastPathComponent().path
            let input = try withPipe(Array("sku,price\nA,1\n".utf8)) { descriptor in
                try SpooledInput(from: descriptor, directory: directory)
            }
            let catalog = CSVCatalog(path: input.path, name: "standard input")
            for _ in 0..<2 { #expect(try records(of: catalog).map(\.values) == [["A", "1"]]) }
            let (first, second) = (try catalog.open(columns: []), try catalog.open(columns: []))
            #expect(try first.next()?.count == 1)
            #expect(try second.next()?.count == 1)
            withExtendedLifetime(input) {}
        }
    }

    @Test func theCopyIsForNobodyElse() throws {
        try withFile("") { file in
            let directory = URL(filePath: file).deletingLastPathComponent().path
            let input = try withPipe([0x61]) { try SpooledInput(from: $0, directory: directory) }
            var status = stat()
            #expect(stat(input.path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            #expect(status.st_nlink == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["catalog"])
            let descriptor = try #require(Int32(input.path.split(separator: "/").last ?? ""))
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func anInputThatIsPackedIsUnpackedAsAFileIs() throws {
        let input = try withPipe([0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x62, 0]) { try SpooledInput(from: $0) }
        let catalog = CSVCatalog(path: input.path, name: "standard input")
        #expect(try records(of: catalog).map(\.values) == [["b"]])
    }

    @Test func aFullDiskIsTold() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let told = try withPipe([0x61]) { descriptor -> String in
            do throws(CatalogError) {
                try SpooledInput.copy(from: descriptor, to: full, in: "/var/tmp", "standard input")
                return ""
            } catch {
                return error.message
            }
        }
        let message = """
            standard input: expected room for a copy of it in /var/tmp, got: No space left on device \
            (TMPDIR names another directory)
            """
        #expect(told == message)
    }

    private func told(from descriptor: Int32, directory: String?) -> String? {
        do throws(CatalogError) {
            _ = try SpooledInput(from: descriptor, directory: directory)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func aDirectoryThatIsMissingIsTold() throws {
        let told = try withPipe([0x61]) { self.told(from: $0, directory: "/nowhere/at/all") }
        let message = """
            standard input: expected room for a copy of it in /nowhere/at/all, got: No such file or directory \
            (TMPDIR names another directory)
            """
        #expect(told == message)
    }

    @Test func anInputThatCannotBeReadIsTold() {
        #expect(
            told(from: -1, directory: nil)
                == "standard input: expected to read a catalog, got: Bad file descriptor")
    }

    /// Nobody writes, and nobody closes the other end.
    @Test func aStopEndsTheWaitForMore() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        try pipe.fileHandleForWriting.write(contentsOf: Data("sku\n".utf8))
        var asked = 0
        let error = #expect(throws: CatalogError.self) {
            _ = try SpooledInput(from: descriptor) {
                asked += 1
                return asked > 2
            }
        }
        #expect(error?.message == "standard input: expected to read it to its end, got: a stop")
        withExtendedLifetime(pipe) {}
    }

    @Test func anEndThatDoesNotBlockIsWaitedFor() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        let writing = pipe.fileHandleForWriting
        let thread = Thread {
            // The reader finds nothing at first, or something; either way it reads to the end.
            try? writing.write(contentsOf: Data("a\nb\n".utf8))
            try? writing.close()
        }
        thread.start()
        let input = try SpooledInput(from: descriptor)
        let catalog = CSVCatalog(path: input.path, name: "standard input")
        #expect(try records(of: catalog).map(\.values) == [["b"]])
    }
}
