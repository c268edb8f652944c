import CatalinkHash
import Testing

struct SHA256Tests {
    /// FIPS 180-4's own examples, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digestsAreThePublishedOnes(_ text: String, _ hexadecimal: String) {
        let digest = SHA256.digest(of: Array(text.utf8))
        #expect(digest.hexadecimal == hexadecimal)
    }

    @Test func oneHasherServesManyDigests() {
        var hasher = SHA256()
        hasher.update(Array("abc".utf8))
        let first = hasher.finish()
        let empty = hasher.finish()
        hasher.update(Array("abc".utf8))
        let second = hasher.finish()
        #expect(first == second)
        #expect(empty == SHA256.digest(of: []))
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        let text = Array("the quick brown fox jumps over the lazy dog, and over it again and again".utf8)
        var hasher = SHA256()
        for byte in text { hasher.update([byte]) }
        hasher.update([])
        let digest = hasher.finish()
        #expect(digest == SHA256.digest(of: text))
    }
}
