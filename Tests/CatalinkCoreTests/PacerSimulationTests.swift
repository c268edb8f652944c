import CatalinkCore
import Testing

/// The pacer against a simulated server: every full window is used, and none is overdrawn.
struct PacerSimulationTests {
    private typealias Setting = PacerSimulation.Setting

    /// Concurrency, and the shortest and longest time from client to server and back, in milliseconds.
    private static let networks = [(1, 5, 80), (16, 5, 80), (16, 50, 3000), (100, 5, 80), (100, 50, 3000)]
    private static let skews: [Duration] = [
        .seconds(-3), .milliseconds(-700), .zero, .milliseconds(300), .seconds(3),
    ]

    /// - Parameters:
    ///   - usable: what each full window may be used for.
    ///   - together: whether the windows are judged by their mean.
    ///   - settling: so many full windows may be less used, while the server's time is not known well.
    private func check(
        _ setting: Setting, seed: Int, windows: Int = 10, usable: Int, settling: Int = 0,
        from start: Duration = .seconds(30), share: Int = 99, together: Bool = false
    ) {
        var simulation = PacerSimulation(setting, seed: UInt64(seed))
        let counts = simulation.run(from: start, windows: windows)
        #expect(simulation.refused == 0, "\(setting) \(counts)")
        #expect(
            counts.allSatisfy {
                $0 <= setting.limit.requests - setting.limit.reserve || $0 <= usable + setting.foreign
            })
        let full = counts.dropFirst(1 + settling).dropLast().map { $0 - setting.foreign }
        let isUsed =
            together
            ? full.reduce(0, +) * 100 >= share * usable * full.count
            : full.allSatisfy { $0 * 100 >= share * usable }
        #expect(isUsed, "\(setting) \(counts)")
    }

    @Test(arguments: networks.indices, skews)
    func aMinuteIsUsedWhateverNetworkAndClockAre(_ network: Int, _ skew: Duration) {
        let (concurrency, shortest, longest) = Self.networks[network]
        for headers in [PacerSimulation.Headers.unix, .draft, .date] {
            var setting = Setting()
            setting.concurrency = concurrency
            setting.latency = shortest...longest
            setting.skew = skew
            setting.headers = headers
            check(setting, seed: network, usable: 99)
        }
    }

    /// Without any header, not even a date, nothing is known but that the clocks are near each other.
    @Test(arguments: networks.indices, [Duration.seconds(-1), .zero, .milliseconds(1500)])
    func aMinuteIsUsedWithoutAnyHeaderToo(_ network: Int, _ skew: Duration) {
        let (concurrency, shortest, longest) = Self.networks[network]
        var setting = Setting()
        setting.concurrency = concurrency
        setting.latency = shortest...longest
        setting.skew = skew
        setting.headers = .none
        check(setting, seed: network, usable: 99)
    }

    @Test(arguments: skews, [1, 2, 3])
    func aSecondIsUsedOnceTheServersTimeIsKnown(_ skew: Duration, _ seed: Int) {
        for (concurrency, requests) in [(1, 10), (16, 10), (16, 100), (100, 100)] {
            var setting = Setting()
            setting.limit = RateLimit(requests: requests, window: .seconds(1), reserve: 0)
            setting.concurrency = concurrency
            setting.skew = skew
            check(
                setting, seed: seed, windows: 60, usable: requests, settling: 10, from: .milliseconds(500),
                together: true)
        }
    }

    /// With answers that take longer than a window nothing but the ban on overdrawing can hold.
    @Test(arguments: PacerSimulation.Headers.allCases, [1, 2, 3])
    func aSecondIsNeverOverdrawn(_ headers: PacerSimulation.Headers, _ seed: Int) {
        for latency in [5...80, 20...900, 50...3000] {
            for (requests, concurrency) in [(10, 32), (3, 1), (100, 100)] {
                var setting = Setting()
                setting.limit = RateLimit(requests: requests, window: .seconds(1), reserve: 0)
                setting.concurrency = concurrency
                setting.latency = latency
                setting.skew = headers == .none ? .milliseconds(700) : .seconds(-3)
                setting.headers = headers
                check(setting, seed: seed, windows: 60, usable: requests, from: .milliseconds(200), share: 0)
            }
        }
    }

    @Test(arguments: networks.indices, [2, 3])
    func runnersThatShareAKeyShareItsWindows(_ network: Int, _ runners: Int) {
        let (concurrency, shortest, longest) = Self.networks[network]
        var setting = Setting()
        setting.concurrency = concurrency
        setting.latency = shortest...longest
        setting.runners = runners
        setting.skew = .milliseconds(-700)
        check(setting, seed: runners, usable: 99)
    }

    @Test(arguments: [1, 16], [10, 50])
    func whatOthersSpendIsLeftToThem(_ concurrency: Int, _ foreign: Int) {
        for headers in [PacerSimulation.Headers.unix, .draft] {
            var setting = Setting()
            setting.concurrency = concurrency
            setting.foreign = foreign
            setting.headers = headers
            check(setting, seed: foreign, usable: 99 - foreign)
        }
    }

    @Test(arguments: networks.indices, [50, 98, 100])
    func aWindowThatIsSpentAtTheStartIsNotOverdrawn(_ network: Int, _ spent: Int) {
        let (concurrency, shortest, longest) = Self.networks[network]
        var setting = Setting()
        setting.concurrency = concurrency
        setting.latency = shortest...longest
        setting.spentAtStart = spent
        var simulation = PacerSimulation(setting, seed: 1)
        let counts = simulation.run(from: .seconds(30), windows: 5)
        // One that goes alone must find out.
        #expect(simulation.refused == (spent < 100 ? 0 : 1))
        #expect(counts.allSatisfy { $0 <= 100 }, "\(counts)")
        #expect(counts.dropFirst().dropLast().allSatisfy { $0 == 99 }, "\(counts)")
    }

    @Test(arguments: [Duration.seconds(-3600), .seconds(3600)])
    func aStepOfTheWallInMidRunChangesNothing(_ step: Duration) {
        for headers in PacerSimulation.Headers.allCases {
            var setting = Setting()
            setting.headers = headers
            var still = PacerSimulation(setting, seed: 7)
            let expected = still.run(from: .seconds(30), windows: 10)
            setting.step = (.seconds(200), step)
            var stepped = PacerSimulation(setting, seed: 7)
            #expect(stepped.run(from: .seconds(30), windows: 10) == expected)
            #expect(stepped.refused == 0)
        }
    }

    /// What was lost may have been counted or not, and is taken as counted.
    @Test(arguments: [1, 2, 3])
    func lostRequestsAndAnswersOverdrawNothing(_ seed: Int) {
        var setting = Setting()
        setting.lossOneIn = 20
        setting.skew = .seconds(3)
        check(setting, seed: seed, usable: 99, share: 80)
    }
}
