import CatalinkHash
import Testing

struct HMACTests {
    /// RFC 4231, cases 1, 2, 3 and 6.
    private static let vectors: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            Array(repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]

    @Test(arguments: vectors.indices)
    func codesAreThoseOfTheStandard(_ index: Int) throws {
        let (key, message, code) = Self.vectors[index]
        let made = HMACSHA256(key: key).code(of: Array(message.prefix(3)), Array(message.dropFirst(3)))
        #expect(made.hexadecimal == code)
        let read = try #require(Digest(hexadecimal: code.uppercased().utf8))
        #expect(made.isEqualInConstantTime(to: read))
    }

    @Test(arguments: 0..<32)
    func everyByteCountsInConstantTime(_ index: Int) throws {
        var bytes: [UInt8] = Array(repeating: 7, count: 32)
        let one = try #require(Digest(bytes: bytes))
        bytes[index] ^= 1
        let two = try #require(Digest(bytes: bytes))
        #expect(!one.isEqualInConstantTime(to: two))
    }

    @Test(arguments: ["", "00", String(repeating: "0", count: 63) + "g", String(repeating: "0", count: 65)])
    func otherTextIsNoDigest(_ text: String) {
        #expect(Digest(hexadecimal: text.utf8) == nil)
    }
}
