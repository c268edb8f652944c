import CatalinkCore
import Testing

struct IdentityTests {
    private let identity = Identity(origin: "api.devdraft.ai", account: "main", job: "spring")
    private let item = ItemKey(key: utf8("SKU-1"), segment: utf8("premium"))
    private let body = utf8(#"{"title":"Mug"}"#)

    private func key(
        _ change: (inout Identity, inout ItemKey) -> Void = { _, _ in }, generation: Int = 1,
        attempt: Int = 1,
        body: [UInt8]? = nil
    ) -> IdempotencyKey {
        var (identity, item) = (self.identity, self.item)
        change(&identity, &item)
        return identity.idempotencyKey(
            for: item, generation: generation, attempt: attempt, body: body ?? self.body)
    }

    private func marker(
        _ change: (inout Identity, inout ItemKey) -> Void = { _, _ in }, generation: Int = 1
    ) -> String {
        var (identity, item) = (self.identity, self.item)
        change(&identity, &item)
        return identity.marker(for: item, generation: generation).text
    }

    /// Computed outside of Swift; if they move, links made earlier are no longer known as ours.
    @Test func namesAreTheSameInEveryVersion() {
        #expect(key().uuid == "0d6d06e4-3bf3-41fb-a66a-3ee593106430")
        #expect(marker() == "catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-1")
    }

    @Test func keysAreOfVersionFourAndVariantTen() {
        for attempt in 1...200 {
            let bytes = key(attempt: attempt).bytes
            #expect(bytes.count == 16)
            #expect(bytes[6] & 0xF0 == 0x40)
            #expect(bytes[8] & 0xC0 == 0x80)
        }
    }

    @Test func everyPartChangesTheKey() {
        let keys = [
            key(), key({ identity, _ in identity.origin = "sandbox" }),
            key({ identity, _ in identity.account = "other" }),
            key({ identity, _ in identity.job = "summer" }), key({ _, item in item.key = utf8("SKU-2") }),
            key({ _, item in item.segment = utf8("standard") }), key(generation: 2), key(attempt: 2),
            key(body: utf8("{}")),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test func theMarkerIsMadeOfAccountJobItemAndGeneration() {
        let markers = [
            marker(), marker({ identity, _ in identity.account = "other" }),
            marker({ identity, _ in identity.job = "summer" }),
            marker({ _, item in item.key = utf8("SKU-2") }),
            marker({ _, item in item.segment = utf8("standard") }), marker(generation: 2),
        ]
        #expect(Set(markers).count == markers.count)
        let elsewhere = marker({ identity, _ in identity.origin = "sandbox" })
        #expect(marker() == elsewhere)
        #expect(marker(generation: 12).count == 9 + 12 + 1 + 24 + 1 + 2)
    }

    /// Length first, so that no two lists of parts give the same bytes.
    @Test func textThatMovesBetweenPartsChangesTheNames() {
        let (first, second) = (
            key({ identity, _ in (identity.account, identity.job) = ("a", "bc") }),
            key({ identity, _ in (identity.account, identity.job) = ("ab", "c") })
        )
        #expect(first != second)
        let (third, fourth) = (
            key({ _, item in item = ItemKey(key: utf8("a"), segment: utf8("bc")) }),
            key({ _, item in item = ItemKey(key: utf8("ab"), segment: utf8("c")) })
        )
        #expect(third != fourth)
        let (fifth, sixth) = (
            marker({ _, item in item = ItemKey(key: utf8("a"), segment: utf8("bc")) }),
            marker({ _, item in item = ItemKey(key: utf8("ab"), segment: utf8("c")) })
        )
        #expect(fifth != sixth)
    }

    @Test func aKeyGoesRoundAsBytes() throws {
        let first = key()
        let second = try #require(IdempotencyKey(bytes: first.bytes))
        #expect(first == second)
        #expect(first.uuid.count == 36)
    }

    @Test(arguments: [0, 15, 17, 36])
    func onlySixteenBytesAreAKey(_ count: Int) {
        let made = IdempotencyKey(bytes: Array(repeating: 0, count: count))
        #expect(made == nil)
    }

    @Test func aMarkerIsReadBackAndNothingElseIs() {
        let marker = Marker(job: "54e9c7d81438", item: "e9ce7a8bf681a47ae52fe8e0", generation: 12)
        #expect(Marker(marker.text) == marker)
        let others = [
            "", "order-17", "catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0",
            "catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-0",
            "catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-01",
            "catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-1-2",
            "Catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-1",
            "catalink-54E9C7D81438-e9ce7a8bf681a47ae52fe8e0-1",
        ]
        for text in others { #expect(Marker(text) == nil, "\(text)") }
    }
}
