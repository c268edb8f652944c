import CatalinkCore
import CatalinkRead
import Testing

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
        #expect(message == "catalog.csv.gz: expected a complete gzip file, got: one that ends early")
    }

    @Test func aSecondMemberThatEndsEarlyIsNoCatalog() throws {
        let message = try told(about: Self.first + Self.second.dropLast(4))
        #expect(message == "catalog.csv.gz: expected a complete gzip file, got: one that ends early")
    }

    /// A byte of the contents, of their checksum and of their length.
    @Test(arguments: [14, 33, 37])
    func damagedDataAreNoCatalog(_ index: Int) throws {
        var bytes = Self.first
        bytes[index] ^= 0x55
        let message = try told(about: bytes)
        #expect(message == "catalog.csv.gz: expected a gzip file, got: damaged data")
    }

    @Test func whatFollowsAMemberMustBeAnother() throws {
        let message = try told(about: Self.first + Array("left over".utf8))
        #expect(message == "catalog.csv.gz: expected a gzip file, got: damaged data")
    }
}
