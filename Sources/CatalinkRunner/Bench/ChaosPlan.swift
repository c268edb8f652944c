import CatalinkCore

/// Everything about a round that is left to chance, drawn from its seed before it begins.
struct ChaosPlan: Sendable {
    /// What a round is made to be hard on.
    enum Kind: String, Sendable {
        /// A bit of everything.
        case mixed
        /// A server that takes a slug twice, and a catalog that is edited heavily.
        case edited
        /// Keys that die between two sends.
        case dyingKeys = "dying keys"
        /// Answers that take longer than the runner waits.
        case slow
    }

    /// When a run is killed.
    enum Trigger: Sendable {
        case after(Duration)
        /// A moment after the server has been asked so often.
        case atRequest(Int, later: Duration)
    }

    /// One run that is killed.
    struct Strike: Sendable {
        var trigger: Trigger
        /// When the server is killed too, and for how long it is gone.
        var server: (after: Duration, down: Duration)?
        /// Between the kill and the next run.
        var pause: Duration
        /// The share of the rows that are touched before the next run.
        var edits: Double
    }

    let seed: Int
    let round: Int
    var kind = Kind.mixed
    private(set) var catalog: ChaosCatalog
    var onChange = "report"
    private(set) var strikes: [Strike] = []
    private(set) var concurrency = 16
    /// Requests in the server's window of a second; `nil` for as many as can be.
    private(set) var pace: Int?
    private(set) var keyLifetime = "24h"
    /// Whether the job is told how long keys live.
    private(set) var tellsLifetime = false
    private(set) var skew: Duration = .zero
    /// How long an answer may take.
    var latency = 0...0
    var faults: [String] = []
    var behaviors: [String] = []
    private(set) var random: SplitMix64

    init(seed: Int, round: Int, rows: Int?) {
        self.seed = seed
        self.round = round
        var random = SplitMix64(seed: seed, stream: round)
        let format = ChaosCatalog.Format.allCases[round % ChaosCatalog.Format.allCases.count]
        catalog = ChaosCatalog(format, rows: rows ?? random.number(20...80), using: &random)
        self.random = random
        kind = self.random.pick([.mixed: 30, .edited: 25, .dyingKeys: 22, .slow: 23])
        onChange = self.random.pick(ChaosSettings.changePolicies)
        drawPace()
        drawFaults()
        drawBehavior()
        for _ in 0..<self.random.number(2...(kind == .slow ? 3 : 6)) { strikes.append(strike()) }
    }

    /// Whether the server may keep a 500, under which nothing was made, as a key's answer.
    var isStickyError: Bool {
        behaviors.contains("store-5xx=true") && faults.contains { $0.hasPrefix("error-before") }
    }

    /// Why an item may stay unknown however often the job is run; `nil` where it may not.
    var excuse: String? {
        isStickyError && kind != .dyingKeys
            ? "store-5xx with error-before: a key's stored 500 is its answer for as long as it lives" : nil
    }

    /// One line for people who look into a failure.
    var description: String {
        let pace = pace.map { "\($0) requests a second" } ?? "unpaced"
        let switches = ["key-lifetime=\(keyLifetime)", "latency=\(latency)ms"] + faults + behaviors
        return "\(kind.rawValue), \(catalog.format.rawValue), onChange \(onChange), \(pace), "
            + "concurrency \(concurrency), \(strikes.count) kills; \(switches.joined(separator: " "))"
    }
}

// MARK: Drawing

extension ChaosPlan {
    private mutating func drawPace() {
        concurrency = random.pick([1: 1, 4: 4, 16: 3])
        pace = random.chance(0.2) ? random.pick([40, 50, 80]) : nil
        switch kind {
        case .slow: (latency, concurrency) = (20...800, 16)
        case .edited: latency = 5...40
        default: latency = random.pick([0...0: 1, 1...10: 2, 5...40: 3])
        }
        if kind == .dyingKeys {
            keyLifetime = random.pick(["1s", "1s", "2s"])
            tellsLifetime = random.chance(0.4)
        }
        if random.chance(0.5) { skew = .milliseconds(random.number(-3000...3000)) }
    }

    private mutating func drawFaults() {
        let answers = ["cut-after", "error-after", "garbage"]
        let others = ["cut-before", "error-before"]
        // Where keys die, a lost answer must be frequent for the next send to matter.
        let least = kind == .dyingKeys ? 4 : 1
        for name in answers + others where random.chance(0.6) {
            faults.append("\(name)=\(random.number(least...10))%")
        }
        if random.chance(0.3) { faults.append("throttle=\(random.number(1...3))%") }
        if random.chance(0.15) { faults.append("stall=\(random.number(1...2))%") }
        if random.chance(0.15) { faults.append("stall-after=\(random.number(1...2))%") }
    }

    private mutating func drawBehavior() {
        behaviors = ["duplicate-slug=\(duplicateSlug())"]
        let written: [(name: String, values: KeyValuePairs<String, Int>)] = [
            ("replay-status", ["201": 1, "200": 1]), ("mark-replays", ["false": 1, "true": 1]),
            ("store-4xx", ["false": 2, "true": 1]), ("store-5xx", ["false": 11, "true": 1]),
            ("concurrent", ["conflict": 8, "wait": 2]), ("conflict-envelope", ["plain": 1, "named": 1]),
            ("list", ["bare": 1, "data": 1]), ("url", ["full": 1, "slug": 1]),
            ("messages", ["array": 1, "string": 1]), ("count-reads", ["true": 1, "false": 1]),
            ("count-throttled", ["false": 1, "true": 1]), ("retry-after", ["seconds": 9, "date": 1]),
            ("rate-headers", ["x": 3, "draft": 2, "structured": 2, "none": 1, "x+draft+structured": 1]),
        ]
        for (name, values) in written { behaviors.append("\(name)=\(random.pick(values))") }
        let milliseconds = skew.inMicroseconds / 1000
        behaviors.append("skew=\(milliseconds)ms")
    }

    /// Where keys die without the runner's knowledge, only a server that refuses a slug twice can keep it from a
    /// second link.
    private mutating func duplicateSlug() -> String {
        switch kind {
        case .mixed: random.pick(["400", "409", "500", "accept"])
        case .edited: random.pick(["accept": 7, "400": 1, "409": 1, "500": 1])
        case .dyingKeys where tellsLifetime:
            random.pick(["400": 3, "409": 3, "500": 2, "accept": 2])
        case .dyingKeys: random.pick(["400": 4, "409": 3, "500": 3])
        case .slow: random.pick(["accept": 6, "400": 2, "500": 2])
        }
    }

    private mutating func strike() -> Strike {
        var strike = Strike(
            trigger: trigger(), pause: random.milliseconds(0...200),
            edits: kind == .edited ? 0.3 : random.pick([0: 1, 0.05: 2, 0.15: 2]))
        if random.chance(0.2) {
            strike.server = (random.milliseconds(30...300), random.milliseconds(50...300))
        }
        if kind == .dyingKeys, random.chance(0.7) { strike.pause = lifetime + random.milliseconds(100...400) }
        return strike
    }

    private mutating func trigger() -> Trigger {
        // Long enough for answers to be given up and their keys to go again, if they do not rest.
        if kind == .slow { return .after(random.milliseconds(1000...2500)) }
        if random.chance(0.4) { return .after(random.milliseconds(0...400)) }
        return .atRequest(
            random.number(1...max(2, catalog.rows.count / 3)), later: random.milliseconds(0...40))
    }

    /// How long keys live at the server.
    var lifetime: Duration { Duration(written: keyLifetime) ?? .zero }
}
