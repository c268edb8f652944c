import CatalinkCore
import Foundation
import Testing

@testable import CatalinkRead

struct GzipTests {
    /// `sku,price`, `A-1,12.50`, a line each.
    private static let first: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0x2B, 0xCE, 0x2E, 0xD5, 0x29, 0x28, 0xCA,
        0x4C, 0x4E,
        0xE5, 0x72, 0xD4, 0x35, 0xD4, 0x31, 0x34, 0xD2, 0x33, 0x35, 0xE0, 0x02, 0x00, 0x3E, 0x68, 0x19, 0x80,
        0x14, 0x00,
        0x00, 0x00,
    ]

    /// `A-2,7.00`
    private static let second: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0x73, 0xD4, 0x35, 0xD2, 0x31, 0xD7, 0x33,
        0x30, 0xE0,
        0x02, 0x00, 0xBD, 0x83, 0x15, 0x4A, 0x09, 0x00, 0x00, 0x00,
    ]

    private func read(_ bytes: [UInt8], bufferSize: Int = 1024) throws -> [[String]] {
        try withFile(bytes) { path in
            let catalog = CSVCatalog(
                path: path, name: "catalog.csv.gz", bufferSize: bufferSize)
            return try records(of: catalog).map(\.values)
        }
    }

    private func told(about bytes: [UInt8]) throws -> String? {
        try withFile(bytes) { path in
            complaint(about: CSVCatalog(path: path, name: "catalog.csv.gz"))
        }
    }

    @Test(arguments: [1, 2, 3, 7, 1024])
    func aPackedFileIsReadLikeAnyOther(_ size: Int) throws {
        let records = try read(Self.first, bufferSize: size)
        #expect(records == [["A-1", "12.50"]])
    }

    @Test(arguments: [1, 2, 3, 7, 1024])
    func membersThatFollowOneAnotherAreOneText(_ size: Int) throws {
        let records = try read(Self.first + Self.second, bufferSize: size)
        #expect(records == [["A-1", "12.50"], ["A-2", "7.00"]])
    }

    @Test(arguments: [3, 12, 25, 35, 39])
    func aFileThatEndsEarlyIsNoCatalog(_ length: Int) throws {
        let message = try told(about: Array(Self.first.prefix(length)))
        #expect(
            message
                == "catalog.csv.gz: expected a complete gzip file, got: one that ends early (it was cut short or is still being written)"
        )
    }

    @Test func aSecondMemberThatEndsEarlyIsNoCatalog() throws {
        let message = try told(about: Self.first + Self.second.dropLast(4))
        #expect(
            message
                == "catalog.csv.gz: expected a complete gzip file, got: one that ends early (it was cut short or is still being written)"
        )
    }

    /// A byte of the contents, of their checksum and of their length.
    @Test(arguments: [14, 33, 37])
    func damagedDataAreNoCatalog(_ index: Int) throws {
        var bytes = Self.first
        bytes[index] ^= 0x55
        let message = try told(about: bytes)
        #expect(message == "catalog.csv.gz: expected a gzip file, got: damaged data")
    }

    @Test(arguments: [1, 2, 4096])
    func whatFollowsAMemberMustBeAnother(_ size: Int) {
        let told = decoded(Self.first + Array("left\0over, and more".utf8), chunk: size, bufferSize: 7)
        let start = """
            c: expected nothing but another gzip member behind the end of one, got: "l
            """
        #expect(told.hasPrefix(start))
        #expect(told.hasSuffix("(the file was damaged, or something was appended to it)"))
    }

    @Test func whatFollowsAMemberIsNamed() throws {
        let message = try told(about: Self.first + Array("left over, and more".utf8))
        let expected = """
            catalog.csv.gz: expected nothing but another gzip member behind the end of one, got: "left over, a" \
            (the file was damaged, or something was appended to it)
            """
        #expect(message == expected)
    }

    /// A member without contents.
    private static let empty: [UInt8] = [
        0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
    ]

    @Test(arguments: 1...70)
    func membersAreReadInPiecesOfAnySize(_ size: Int) {
        let packed = Self.empty + Self.first + Self.empty + Self.second + Self.empty
        #expect(decoded(packed, chunk: size, bufferSize: size) == "sku,price\nA-1,12.50\nA-2,7.00\n")
    }

    @Test func anEmptyMemberIsAnEmptyText() throws {
        #expect(decoded(Self.empty) == "")
        let message = try told(about: Self.empty)
        #expect(message == "catalog.csv.gz: expected a header and records, got: an empty file")
    }

    /// Stored without compression, so that anything can be put into a gzip file.
    private func stored(_ contents: [UInt8]) -> [UInt8] {
        let size = UInt16(contents.count)
        var bytes: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0x01]
        for word in [size, ~size] { bytes += [UInt8(word & 0xFF), UInt8(word >> 8)] }
        bytes += contents
        for word in [crc(contents), UInt32(size)] { bytes += (0..<4).map { UInt8(word >> ($0 * 8) & 0xFF) } }
        return bytes
    }

    private func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { value, byte in
            (0..<8).reduce(value ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
            }
        }
    }

    @Test func aGzipFileInAGzipFileIsToldNotUnpackedTwice() {
        #expect(decoded(stored(Array("a,b\n".utf8))) == "a,b\n")
        let message = "c: expected text in the gzip file, got: another gzip file (pack the export once)"
        #expect(decoded(stored(Self.first)) == message)
    }

    @Test func anEncodingIsFoundInAGzipFileToo() {
        #expect(decoded(stored([0xFF, 0xFE, 0x61, 0, 0xE9, 0]), chunk: 1) == "aé")
        #expect(decoded(stored([0x61, 0x80]), as: "windows-1252", chunk: 1) == "a€")
    }

    @Test(arguments: [
        (
            [0x50, 0x4B, 0x03, 0x04, 0x14], "a ZIP archive or an .xlsx workbook",
            "save the export as CSV, or unpack it first"
        ),
        (
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1], "an old Office file such as .xls",
            "save the export as CSV, or unpack it first"
        ),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file", "unpack it first, or pack it with gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", "unpack it first, or pack it with gzip"),
        (Array("BZh91AY&SY".utf8), "a bzip2 file", "unpack it first, or pack it with gzip"),
    ])
    func otherPackedFilesAreToldByTheirName(_ bytes: [UInt8], _ got: String, _ hint: String) {
        #expect(decoded(bytes) == "c: expected text, got: \(got) (\(hint))")
        #expect(decoded(stored(bytes)) == "c: expected text in the gzip file, got: \(got) (\(hint))")
    }

    @Test func aGzipFileMayNotUnpackToMoreThanTheLimit() {
        var limits = ReadLimits()
        limits.unpackedSize = 20
        #expect(decoded(Self.first, limits: limits) == "sku,price\nA-1,12.50\n")
        limits.unpackedSize = 19
        let message =
            "c: expected a gzip file that unpacks to at most 19 bytes, got: one with more in it "
            + "(`source.limits: {unpacked: …}` allows more)"
        #expect(decoded(Self.first, limits: limits) == message)
        #expect(decoded(Self.first, bufferSize: 1, limits: limits) == message)
    }

    @Test func aGzipFileMayNotUnpackToManyTimesItsSize() throws {
        let bomb = try packed([UInt8](repeating: 0x61, count: 2 * 1024 * 1024))
        var limits = ReadLimits()
        limits.packingRatio = 100
        let message =
            "c: expected a gzip file, got: one that unpacks to more than 100 times its size "
            + "(`source.limits: {packing: …}` allows more)"
        #expect(decoded(bomb, limits: limits) == message)
        limits.packingRatio = 10_000
        #expect(decoded(bomb, limits: limits).utf8.count == 2 * 1024 * 1024)
        limits.packingRatio = .max
        #expect(decoded(bomb, limits: limits).utf8.count == 2 * 1024 * 1024)
    }

    private func packed(_ contents: [UInt8]) throws -> [UInt8] {
        try withFile(contents) { path in
            let process = Process()
            process.executableURL = URL(filePath: "/bin/gzip")
            process.arguments = ["-9", "-n", path]
            try process.run()
            process.waitUntilExit()
            return Array(try Data(contentsOf: URL(filePath: path + ".gz")))
        }
    }
}
