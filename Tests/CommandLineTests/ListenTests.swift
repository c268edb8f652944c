import CatalinkCore
import CatalinkHash
import CatalinkTransport
import Foundation
import Synchronization
import Testing

/// Payments that come by webhooks, received by the real binary.
@Suite(.timeLimit(.minutes(10)))
struct ListenTests {
    private static let secret = "a-secret-of-some-length"

    private static func payment(_ id: String, slug: String = "enamel-mug-spring", amount: String = "14.90")
        -> String
    {
        #"{"id": "\#(id)", "slug": "\#(slug)", "amount": \#(amount), "currency": "usdc", "time": "2026-11-02T09:15:00Z"}"#
    }

    /// A listener as a process of its own.
    private struct Listener: Sendable {
        let process: StartedCommand
        let port: Int

        static func start(_ scene: PaymentScene) async throws -> Listener {
            var command = scene.command
            command.variables["CATALINK_WEBHOOK_SECRET"] = secret
            let process = try command.start([
                "conversions", "listen", PaymentScene.job, "--port", "0", "--largest", "8",
            ])
            for _ in 0..<1000 {
                let words = try process.errors().split(whereSeparator: { $0 == ":" || $0.isNewline })
                if let port = words.last.flatMap({ Int($0) }) {
                    return Listener(process: process, port: port)
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            process.signal(SIGKILL)
            throw Server.NotStarted(text: try process.errors())
        }

        /// - Returns: the answer's status; 0 where there is none.
        func post(
            _ body: String, id: String? = nil, signed: Bool = true, by secret: String = secret, age: Int = 0
        ) async throws -> Int {
            let time = Int(Date().timeIntervalSince1970) - age
            let code = HMACSHA256(key: Array(secret.utf8)).code(of: Array("\(time).".utf8), Array(body.utf8))
            var headers = ["Content-Type: application/json"]
            if signed { headers.append("Catalink-Signature: t=\(time),v1=\(code.hexadecimal)") }
            if let id { headers.append("Webhook-Id: \(id)") }
            let post = WebPost(
                to: try #require(WebAddress("http://127.0.0.1:\(port)/")), headers: headers,
                body: Array(body.utf8),
                timeout: .seconds(20), surroundings: Surroundings([:]))
            return await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    guard case .answered(let status) = post.send() else {
                        return continuation.resume(returning: 0)
                    }
                    continuation.resume(returning: status)
                }
            }
        }
    }

    private func conversions(_ scene: PaymentScene) async throws -> Int {
        let outcome = try await scene.command.run("analytics", PaymentScene.job, "--format", "json")
        return try outcome.json()["groups"]?.elements?.first?["conversions"]?.integer ?? -1
    }

    /// The last payments lie beside their file while somebody has it open.
    @Test func theReportHasWhatAListenerHasRecorded() async throws {
        try await PaymentScene.with { scene in
            #expect(try await scene.command.run("report", PaymentScene.job).errors == "")
            let listener = try await Listener.start(scene)
            #expect(try await listener.post(Self.payment("pay-1")) == 200)
            let report = try await scene.command.run("report", PaymentScene.job)
            #expect(report.errors.hasSuffix("the report is made anew, as payments were recorded since\n"))
            listener.process.signal(SIGTERM)
            _ = await listener.process.ended()
        }
    }

    @Test func withoutASecretNothingListens() async throws {
        try await PaymentScene.with { scene in
            for secret in ["", "short"] {
                var command = scene.command
                command.variables["CATALINK_WEBHOOK_SECRET"] = secret
                let outcome = try await command.run("conversions", "listen", PaymentScene.job, "--port", "0")
                #expect(outcome.status == 78)
                #expect(outcome.errors.contains("CATALINK_WEBHOOK_SECRET"), "\(outcome.errors)")
                #expect(!outcome.errors.contains("listening"))
            }
        }
    }

    @Test func whatIsSignedIsRecordedAndAllElseIsRefusedAndCounted() async throws {
        try await PaymentScene.with { scene in
            let listener = try await Listener.start(scene)
            defer { listener.process.signal(SIGKILL) }
            let good = Self.payment("p-1")
            let list = "[\(Self.payment("p-2", amount: "-3")), \(Self.payment("p-3"))]"
            let expected: [(status: Int, got: Int)] = [
                (200, try await listener.post(good, id: "d-1")),
                // What a sender sends again, as it had no answer.
                (200, try await listener.post(good, id: "d-1")),
                (200, try await listener.post(good, id: "d-2")),
                (200, try await listener.post(list)), (409, try await listener.post(list, id: "d-1")),
                // Another body that brings nothing, or nothing that could be taken.
                (409, try await listener.post("[]", id: "d-1")), (200, try await listener.post("[]")),
                (409, try await listener.post(Self.payment("p-6", slug: "no-such-link"), id: "d-1")),
                (400, try await listener.post(good, id: String(repeating: "d", count: 256))),
                (401, try await listener.post(good, signed: false)),
                (401, try await listener.post(good, by: "another secret")),
                (401, try await listener.post(good, age: 301)),
                (401, try await listener.post(good, age: -330)),
                (400, try await listener.post("{")), (400, try await listener.post("")),
                (422, try await listener.post(Self.payment("p-4", slug: "no-such-link"))),
                (422, try await listener.post(Self.payment("p-5", amount: "\"1,50\""))),
                // Not as if it had no id.
                (422, try await listener.post(good.replacing(#""p-1""#, with: #"{"$oid": "p-1"}"#))),
                (422, try await listener.post(good.replacing(#""p-1""#, with: "[]"))),
                // The id of another payment.
                (422, try await listener.post(Self.payment("p-1", amount: "15"))),
                (413, try await listener.post(String(repeating: " ", count: 8193))),
            ]
            for (status, got) in expected { #expect(status == got) }
            #expect(expected.map(\.got) == expected.map(\.status))
            listener.process.signal(SIGTERM)
            #expect(await listener.process.ended() == 0)
            let report = try listener.process.output()
            #expect(report.hasPrefix("tracked-links: 5 deliveries taken, 16 refused\n"), "\(report)")
            let lines = [
                "new             3", "known           2", "stale           2", "invalidId       1",
                "replaced        3", "unprocessable   5",
            ]
            for line in lines { #expect(report.contains("  \(line)\n"), "\(report)") }
            #expect(!report.contains("ids"))
            #expect(try await conversions(scene) == 3)
        }
    }

    @Test func paymentsWithoutAnIDAreCounted() async throws {
        try await PaymentScene.with { scene in
            let listener = try await Listener.start(scene)
            defer { listener.process.signal(SIGKILL) }
            let nameless = ["1", "2", "2"].map { amount in
                Self.payment("", amount: amount).replacing(#""id": "", "#, with: "")
            }
            let stranger = Self.payment("", slug: "no-such-link")
            let list = (nameless + [stranger, Self.payment("p-1")]).joined(separator: ",")
            #expect(try await listener.post("[\(list)]") == 422)
            listener.process.signal(SIGTERM)
            #expect(await listener.process.ended() == 0)
            let report = try listener.process.output()
            #expect(
                report.contains(
                    "\n  ids             3 payments have none: each is known by its link, amount, currency and time"
                ), "\(report)")
        }
    }

    @Test func aHostWithoutAddressIsAMatterOfConfiguration() async throws {
        try await PaymentScene.with { scene in
            var command = scene.command
            command.variables["CATALINK_WEBHOOK_SECRET"] = Self.secret
            let outcome = try await command.run(
                "conversions", "listen", PaymentScene.job, "--port", "0", "--host", "no-such-host.invalid")
            #expect(outcome.status == 78)
            #expect(outcome.errors.contains("no-such-host.invalid:0: expected to listen there"))
        }
    }

    @Test func linksThatAreMadeMeanwhileAreFound() async throws {
        try await PaymentScene.with { scene in
            let listener = try await Listener.start(scene)
            defer { listener.process.signal(SIGKILL) }
            #expect(try await listener.post(Self.payment("p-1", slug: "oak-board-autumn")) == 422)
            let catalog = try scene.command.read("samples/newsletter.csv")
            try scene.command.write(catalog + "NL-005,Oak board,31.00,autumn\n", to: "samples/newsletter.csv")
            #expect(try await scene.command.run("run", "-q", PaymentScene.job).status == 0)
            var status = 0
            for _ in 0..<100 where status != 200 {
                status = try await listener.post(Self.payment("p-1", slug: "oak-board-autumn"))
                if status != 200 { try await Task.sleep(for: .milliseconds(50)) }
            }
            #expect(status == 200)
        }
    }

    /// Payments that were answered with 200.
    private final class Taken: Sendable {
        private let numbers = Mutex<Set<Int>>([])

        var count: Int { numbers.withLock { $0.count } }

        func add(_ number: Int) -> Int {
            numbers.withLock { numbers in
                numbers.insert(number)
                return numbers.count
            }
        }
    }

    private static let many = 400

    @Test func aListenerThatIsKilledLosesAndDoublesNothing() async throws {
        try await PaymentScene.with { scene in
            let first = try await Listener.start(scene)
            let taken = Taken()
            await withTaskGroup(of: Void.self) { group in
                for stream in 0..<4 {
                    group.addTask {
                        for number in stride(from: stream, to: Self.many, by: 4) {
                            guard (try? await first.post(Self.payment("k-\(number)"))) == 200 else { return }
                            let count = taken.add(number)
                            if count == Self.many / 4 { first.process.signal(SIGKILL) }
                        }
                    }
                }
            }
            #expect(await first.process.ended() == -SIGKILL)
            let answered = taken.count
            #expect(answered < Self.many)
            // What was answered is there; what was on its way may be, too.
            let found = try await conversions(scene)
            #expect(found >= answered && found <= answered + 4)
            let second = try await Listener.start(scene)
            defer { second.process.signal(SIGKILL) }
            for number in 0..<Self.many { #expect(try await second.post(Self.payment("k-\(number)")) == 200) }
            #expect(try await conversions(scene) == Self.many)
        }
    }
}
