import CatalinkHash
import Testing

struct DigestTests {
    @Test func bytesGoRound() throws {
        let bytes = (0..<32).map { UInt8($0 * 7) }
        let digest = try #require(Digest(bytes: bytes))
        #expect(digest.bytes == bytes)
        #expect(digest.hexadecimal == bytes.hexadecimal)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func onlyThirtyTwoBytesAreADigest(_ count: Int) {
        let digest = Digest(bytes: Array(repeating: 0, count: count))
        #expect(digest == nil)
    }

    /// A difference in any byte counts, also in those that do not go into the hash value.
    @Test(arguments: 0..<32)
    func everyByteCountsForEquality(_ index: Int) throws {
        let bytes: [UInt8] = Array(repeating: 0, count: 32)
        var changed = bytes
        changed[index] = 1
        let first = try #require(Digest(bytes: bytes))
        let second = try #require(Digest(bytes: changed))
        #expect(first != second)
        #expect(Set([first, second, first]).count == 2)
    }

    @Test func hexadecimalIsLowerCaseAndKeepsLeadingZeros() {
        let bytes: [UInt8] = [0x00, 0x0F, 0xA0, 0xFF]
        #expect(bytes.hexadecimal == "000fa0ff")
    }
}
