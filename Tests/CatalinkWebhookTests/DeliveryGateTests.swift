import CatalinkCore
import CatalinkHash
import CatalinkWebhook
import Testing

struct DeliveryGateTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let secret = Array("a secret of some length".utf8)
    private static let body = Array(#"{"id":"p-1"}"#.utf8)

    private static func signature(
        _ time: Int = 1_800_000_000, _ body: [UInt8] = body, by secret: [UInt8] = secret
    ) -> String {
        let code = HMACSHA256(key: secret).code(of: Array("\(time).".utf8), body)
        return "t=\(time),v1=\(code.hexadecimal)"
    }

    private static func verdict(
        _ head: DeliveryGate.Head, _ body: [UInt8] = body, secrets: [[UInt8]] = [secret]
    ) -> Result<Delivery, DeliveryRefusal> {
        let gate = DeliveryGate(secrets: secrets, mostBytes: 100)
        return Result { () throws(DeliveryRefusal) in
            try gate.delivery(gate.claim(head, at: now), body)
        }
    }

    @Test func whatIsSignedAndFreshIsLetIn() {
        for time in [1_799_999_700, 1_800_000_000, 1_800_000_300] {
            let head = DeliveryGate.Head(isPost: true, signature: Self.signature(time), id: "d-1")
            #expect(Self.verdict(head) == .success(Delivery(id: "d-1", body: Self.body)))
        }
        // A secret that is being changed: either of two, on either side.
        let other = Array("another secret".utf8)
        let both = Self.signature(by: other) + "," + (Self.signature().split(separator: ",").last ?? "")
        #expect((try? Self.verdict(.init(isPost: true, signature: both)).get()) != nil)
        let head = DeliveryGate.Head(isPost: true, signature: Self.signature(by: other))
        #expect((try? Self.verdict(head, secrets: [Self.secret, other]).get()) != nil)
    }

    @Test func withoutAnIDTheBodyIsTheID() throws {
        let delivery = try Self.verdict(.init(isPost: true, signature: Self.signature())).get()
        #expect(delivery.id == SHA256.digest(of: Self.body).hexadecimal)
    }

    private static let refused: [(head: DeliveryGate.Head, body: [UInt8], refusal: DeliveryRefusal)] = [
        (.init(isPost: false, signature: signature()), body, .method),
        (.init(isPost: true, signature: nil), body, .unsigned),
        (.init(isPost: true, signature: ""), body, .unsigned),
        (.init(isPost: true, signature: "v1=" + String(repeating: "a", count: 64)), body, .unsigned),
        (.init(isPost: true, signature: "t=1800000000"), body, .unsigned),
        (.init(isPost: true, signature: "t=1800000000,v1=abc"), body, .unsigned),
        (
            .init(isPost: true, signature: "t=-1800000000,v1=" + String(repeating: "a", count: 64)), body,
            .unsigned
        ),
        (.init(isPost: true, signature: signature() + ",t=1800000000"), body, .unsigned),
        (.init(isPost: true, signature: signature(), id: ""), body, .invalidID),
        (
            .init(isPost: true, signature: signature(), id: String(repeating: "d", count: 256)), body,
            .invalidID
        ),
        // Who has no secret is told nothing of it.
        (.init(isPost: true, signature: nil, id: ""), body, .unsigned),
        (.init(isPost: true, signature: signature(), id: ""), body + [0x20], .wrongSignature),
        (.init(isPost: true, signature: signature(1_799_999_699)), body, .stale),
        (.init(isPost: true, signature: signature(1_800_000_301)), body, .stale),
        (.init(isPost: true, signature: signature(by: Array("another secret".utf8))), body, .wrongSignature),
        (.init(isPost: true, signature: signature()), body + [0x20], .wrongSignature),
        (
            .init(isPost: true, signature: signature().replacing("t=1800000000", with: "t=1800000001")), body,
            .wrongSignature
        ),
        (.init(isPost: true, signature: signature(), size: 101), body, .tooLarge),
        (.init(isPost: true, signature: signature()), Array(repeating: 0x20, count: 101), .tooLarge),
    ]

    @Test(arguments: refused.indices)
    func whatIsNotIsRefused(_ index: Int) {
        let (head, body, refusal) = Self.refused[index]
        #expect(Self.verdict(head, body) == .failure(refusal))
    }
}
