import CatalinkCore
import CatalinkSandbox
import CatalinkTestSupport
import CatalinkTransport
import Testing

/// Every way in which the sandbox fails, and that it fails the same way again.
@Suite(.timeLimit(.minutes(10)))
struct FaultTests {
    /// The fault of the first `POST`: how it ends, whether the link was made, and how the resend ends.
    private static let endings: [(fault: SandboxFault, status: Int?, isMade: Bool)] = [
        (.cutBefore, nil, false), (.cutAfter, nil, true), (.errorBefore, 500, false),
        (.errorAfter, 500, true),
        (.garbage, 201, true), (.throttle, 429, false), (.firewall, 403, false), (.html, 200, false),
        (.redirect, 307, false), (.unavailable, 503, false), (.revoked, 401, false), (.wrongEcho, 201, true),
    ]

    /// Every fault has its ending above or is a stall: a new one has to be named here too.
    @Test func everyFaultIsCovered() {
        #expect(Set(Self.endings.map(\.fault) + [.stall, .stallAfter]) == Set(SandboxFault.allCases))
    }

    @Test(arguments: endings.indices)
    func aFaultEndsTheRequestAsItSays(_ index: Int) async throws {
        let (fault, status, isMade) = Self.endings[index]
        try await SandboxBench(failing: "\(fault.rawValue)@1").serve { (bench) async throws in
            let result = await bench.create()
            #expect(result.answer?.status == status)
            if status == nil { #expect(result.isLost, "\(result)") }
            if fault == .garbage {
                let body = try #require(result.answer?.body)
                #expect(throws: JSONError.self) { try JSONValue(parsing: body) }
            }
            #expect(try await bench.statistic("links") == (isMade ? 1 : 0))
            #expect(try await bench.post().status == 201)
            #expect(try await bench.statistic("links") == 1)
            #expect(try await bench.statistic("replays") == (isMade ? 1 : 0))
            #expect(try await bench.get("/_sandbox/stats").body["faults"]?[fault.rawValue]?.integer == 1)
        }
    }

    @Test(arguments: [(SandboxFault.stall, 0), (.stallAfter, 1)])
    func aStallLastsUntilTheClientGivesUp(_ fault: SandboxFault, _ links: Int) async throws {
        try await SandboxBench(failing: "\(fault.rawValue)@1").serve { (bench) async throws in
            let client = try bench.client("key", "secret", timeout: .milliseconds(200))
            #expect(
                await client.send(.create(Array(SandboxBench.minimal.utf8), key: SandboxBench.key(1))).isLost)
            #expect(try await bench.statistic("links") == links)
        }
    }

    /// What is in the answer of a fault, and what is not.
    private static let texts: [(fault: SandboxFault, has: [String], lacks: String)] = [
        (.firewall, ["HTTP/1.1 403 ", "Content-Type: text/html", "<html>"], "X-RateLimit"),
        (.html, ["HTTP/1.1 200 ", "Content-Type: text/html", "<html>"], "X-RateLimit"),
        (.redirect, ["HTTP/1.1 307 ", "Location: http://127.0.0.1:9/elsewhere"], "X-RateLimit"),
        (.unavailable, ["HTTP/1.1 503 ", #"{"statusCode":503,"#, "X-RateLimit-Remaining"], "<html>"),
        (.revoked, ["HTTP/1.1 401 ", #"{"statusCode":401,"#, "X-RateLimit-Remaining"], "<html>"),
        (.wrongEcho, ["HTTP/1.1 201 ", #""amount":1.23,"#, #""title":"Mug""#], "29.9"),
    ]

    @Test(arguments: texts.indices)
    func aFaultAnswersAsWhatItStandsFor(_ index: Int) async throws {
        let (fault, has, lacks) = Self.texts[index]
        try await SandboxBench(failing: "\(fault.rawValue)=100%").serve { (bench) async throws in
            let text = try await bench.raw(SandboxBench.request())
            for part in has { #expect(text.contains(part), "\(text)") }
            #expect(!text.contains(lacks), "\(text)")
        }
    }

    @Test func aLinkOfAnotherAmountIsToldAndTheRightOneIsKept() async throws {
        try await SandboxBench(failing: "wrong-echo@1").serve { (bench) async throws in
            let body = SandboxBench.minimal.replacing("29.90", with: "1.23")
            let made = try await bench.post(body)
            #expect(made.body["amount"] == .number("4.56"))
            let id = try #require(made.body["id"]?.string)
            #expect(try await bench.get("/api/v0/payment-links/\(id)").body["amount"] == .number("1.23"))
        }
    }

    @Test func latencyDelaysTheAnswer() async throws {
        try await SandboxBench(failing: "latency=120ms..150ms").serve { (bench) async throws in
            let clock = ContinuousClock()
            let time = try await clock.measure { _ = try await bench.post() }
            #expect(time >= .milliseconds(120))
        }
    }

    private static func hits(seed: Int) async throws -> [Int] {
        var hit: [Int] = []
        let bench = try SandboxBench { settings in
            settings.seed = seed
            try settings.faults.add("error-before=20%")
        }
        let statuses = Statuses()
        try await bench.serve { (bench) async throws in
            for number in 1...200 {
                let body = SandboxBench.minimal.replacing("\"mug\"", with: "\"mug-\(number)\"")
                await statuses.append(try await bench.post(body, key: number).status)
            }
        }
        for (index, status) in await statuses.all.enumerated() where status == 500 { hit.append(index) }
        return hit
    }

    private actor Statuses {
        private(set) var all: [Int] = []

        func append(_ status: Int) {
            all.append(status)
        }
    }

    @Test func aShareOfRequestsIsHitAndTheSameOnesAgain() async throws {
        let first = try await Self.hits(seed: 1)
        #expect((20...60).contains(first.count), "\(first.count) of 200")
        #expect(try await Self.hits(seed: 1) == first)
        #expect(try await Self.hits(seed: 2) != first)
    }

    @Test func aScriptNamesTheRequests() async throws {
        try await withTemporaryDirectory { directory in
            try write(
                "# the second mug\nslug:mug-2 1 error-after\nget 1 error-before\npost 3 cut-before\n",
                to: directory + "/script")
            let bench = try SandboxBench { try $0.faults.add(script: directory + "/script") }
            try await bench.serve { (bench) async throws in
                func post(_ number: Int) async -> Int? {
                    await bench.create(
                        SandboxBench.minimal.replacing("\"mug\"", with: "\"mug-\(number)\""), key: number
                    )
                    .answer?.status
                }
                #expect(await post(1) == 201)
                #expect(await post(2) == 500)
                #expect(await post(3) == nil)
                #expect(await post(2) == 201)
                #expect(await bench.send(.get, "/api/v0/payment-links").answer?.status == 500)
                #expect(await bench.send(.get, "/api/v0/payment-links").answer?.status == 200)
                #expect(try await bench.statistic("links") == 2)
            }
        }
    }

    @Test(arguments: [
        "", "cut-after", "cut-after=2", "cut-after=x", "cut=10%", "cut-after@0", "latency=9",
        "latency=5ms..1ms", "stall=-1",
    ])
    func wrongFaultsAreRefused(_ text: String) {
        var plan = FaultPlan()
        #expect(throws: SandboxError.self) { try plan.add(text) }
    }

    @Test func sharesOfMoreThanAllAreRefused() throws {
        var plan = FaultPlan()
        try plan.add("cut-after=60%")
        #expect(throws: SandboxError.self) { try plan.add("stall=50%") }
    }

    @Test(arguments: ["post 1", "post x cut-after", "dance 1 cut-after", "post 1 explode"])
    func aWrongScriptIsRefusedWithItsLine(_ line: String) async throws {
        try await withTemporaryDirectory { directory in
            try write("# fine\n\(line)\n", to: directory + "/script")
            var plan = FaultPlan()
            let error = #expect(throws: SandboxError.self) { try plan.add(script: directory + "/script") }
            #expect(error?.message.contains("/script:2: expected SELECTOR NTH FAULT") == true)
        }
    }
}
