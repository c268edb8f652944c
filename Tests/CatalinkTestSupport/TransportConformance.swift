package import CatalinkCore
import CatalinkHash
import Testing

/// What every transport promises of a target that behaves as the payment-links API.
package struct TransportConformance {
    private let transport: any LinkTransport

    package init(_ transport: any LinkTransport) {
        self.transport = transport
    }

    package static let promises:
        [(name: String, check: @Sendable (TransportConformance) async throws -> Void)] = [
            ("a created link comes back with its id", { try await $0.createdComesBack() }),
            ("a refusal is an answer too", { try await $0.refusalIsAnAnswer() }),
            ("many calls at once each get their own answer", { try await $0.answersAreNotMixed() }),
            ("a cancelled call ends", { await $0.cancelledCallEnds() }),
        ]

    private func call(_ slug: String, title: String = "Mug") -> LinkCall {
        var request = LinkRequest()
        request.title = Array(title.utf8)
        request.url = Array(slug.utf8)
        request.amount = FixedDecimal("29.90")
        let body = request.canonicalBytes()
        let identity = Identity(origin: "sandbox", account: "default", job: "test")
        let item = ItemKey(key: Array(slug.utf8), segment: [])
        return .create(body, key: identity.idempotencyKey(for: item, generation: 1, attempt: 1, body: body))
    }

    private func createdComesBack() async throws {
        guard case .answered(let answer) = await transport.send(call("mug-1")) else {
            Issue.record("expected an answer")
            return
        }
        #expect(answer.status == 201)
        let body = try JSONValue(parsing: answer.body)
        #expect(body["id"]?.string?.hasPrefix("pl_") == true)
        #expect(body["amount"]?.decimal == FixedDecimal("29.9"))
    }

    private func refusalIsAnAnswer() async throws {
        let refused = LinkCall(method: .post, path: "/api/v0/payment-links", body: Array("{".utf8))
        guard case .answered(let answer) = await transport.send(refused) else {
            Issue.record("expected an answer")
            return
        }
        #expect(answer.status == 400)
    }

    private func answersAreNotMixed() async throws {
        let slugs = (1...40).map { "many-\($0)" }
        let urls = await withTaskGroup(of: (String, String?).self) { group in
            for slug in slugs {
                group.addTask {
                    guard case .answered(let answer) = await transport.send(call(slug)) else {
                        return (slug, nil)
                    }
                    return (slug, (try? JSONValue(parsing: answer.body))?["url"]?.string)
                }
            }
            return await group.reduce(into: [String: String?]()) { $0[$1.0] = $1.1 }
        }
        for slug in slugs { #expect(urls[slug]??.hasSuffix("/\(slug)") == true) }
    }

    private func cancelledCallEnds() async {
        let task = Task { await transport.send(call("late")) }
        task.cancel()
        // It may have been too late to cancel; then there is an answer.
        switch await task.value {
        case .answered(let answer): #expect(answer.status == 201)
        case .lost, .notSent: break
        }
    }
}
