import CatalinkCore
import CatalinkRead
import Foundation
import Synchronization

/// Feeds broken catalogs to each reader, for as long as it is told, and looks for what must not happen: a crash, a
/// hang, memory beyond a limit, or for CSV and XML another result when the same bytes are cut elsewhere.
///
/// The input at hand lies in a file before it is read, so that a crash leaves it behind.
package struct FuzzBench: Sendable {
    package struct Options: Sendable {
        package var seconds = 60.0
        package var seed = 1
        package var readers = FuzzReader.allCases
        /// Where the inputs lie.
        package var directory: String
        /// No input may take longer.
        package var mostSeconds = 10.0
        /// The process may not grow beyond.
        package var mostMemory = 256 * 1024 * 1024

        package init(directory: String) {
            self.directory = directory
        }
    }

    private let options: Options

    package init(_ options: Options) {
        self.options = options
    }

    /// - Parameter told: what was found, as soon as it is.
    package func run(_ told: @escaping @Sendable (FuzzReport) -> Void) async throws -> [FuzzReport] {
        try FileManager.default.createDirectory(
            atPath: options.directory, withIntermediateDirectories: true)
        let watch = FuzzWatch(mostSeconds: options.mostSeconds)
        watch.start()
        defer { watch.stop() }
        var reports: [FuzzReport] = []
        for reader in options.readers {
            let share = options.seconds / Double(options.readers.count)
            let report = try await onOwnThread { [options] in
                var round = FuzzRound(reader, options, watch)
                return try round.run(seconds: share)
            }
            told(report)
            reports.append(report)
        }
        return reports
    }
}

/// What one reader was put through.
package struct FuzzReport: Sendable {
    package var reader: FuzzReader
    package var inputs = 0
    package var refused = 0
    package var records = 0
    /// Different answers: messages without what they quote, numbers of records.
    package var answers = 0
    package var slowest = 0.0
    /// Resident memory after the round, in bytes.
    package var memory = 0
    /// What must not happen, each with the file that shows it.
    package var findings: [String] = []

    package var line: String {
        "\(reader.rawValue): \(inputs) inputs, \(refused) refused, \(records) records, \(answers) answers, "
            + "slowest \(Int(slowest * 1000)) ms, \(memory >> 20) MiB"
            + findings.map { "\n  \($0)" }.joined()
    }
}

/// One reader's inputs, one after the other.
private struct FuzzRound {
    private let reader: FuzzReader
    private let options: FuzzBench.Options
    private let watch: FuzzWatch
    private var random: SplitMix64
    private var corpus: [[UInt8]]
    private var readable: [[UInt8]]
    private var seen: Set<String> = []
    private static let largestInput = 64 * 1024
    private static let largestCorpus = 4096
    private static let mostFindings = 20

    init(_ reader: FuzzReader, _ options: FuzzBench.Options, _ watch: FuzzWatch) {
        self.reader = reader
        self.options = options
        self.watch = watch
        random = SplitMix64(seed: options.seed, stream: reader.stream)
        corpus = reader.seeds.map { Array($0.utf8) }
        readable = corpus
    }

    mutating func run(seconds: Double) throws -> FuzzReport {
        var report = FuzzReport(reader: reader)
        let path = "\(options.directory)/\(reader.rawValue).input"
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while ContinuousClock.now < end {
            let input = report.inputs < corpus.count ? corpus[report.inputs] : mutated()
            try Data(input).write(to: URL(filePath: path))
            let start = ContinuousClock.now
            watch.begins(path)
            let answer = reader.answer(path, cutBy: nil)
            let size = random.number(1...max(1, min(input.count, 300)))
            let cut = reader.canBeCut ? reader.answer(path, cutBy: size) : answer
            watch.ends()
            report.slowest = max(report.slowest, (ContinuousClock.now - start).inSeconds)
            report.inputs += 1
            report.records += answer.records
            if answer.isRefused { report.refused += 1 }
            if seen.count < Self.largestCorpus, seen.insert(answer.kind).inserted {
                corpus.append(input)
                if !answer.isRefused { readable.append(input) }
            }
            if answer != cut {
                try keep(input, "the same bytes cut elsewhere gave \(cut.text), not \(answer.text)", &report)
            }
            if report.inputs % 64 == 0, Process.residentMemory > options.mostMemory {
                try keep(input, "memory grew to \(Process.residentMemory >> 20) MiB", &report)
                break
            }
            if report.findings.count >= Self.mostFindings { break }
        }
        report.answers = seen.count
        report.memory = Process.residentMemory
        return report
    }

    private func keep(_ input: [UInt8], _ what: String, _ report: inout FuzzReport) throws {
        let path = "\(options.directory)/\(reader.rawValue)-\(report.findings.count).found"
        try Data(input).write(to: URL(filePath: path))
        report.findings.append("\(path): \(what)")
    }

    // MARK: Mutations

    private mutating func mutated() -> [UInt8] {
        // Half of the inputs are only given more of what their format allows, so that not all are refused at once.
        let keepsGrammar = random.chance(0.5)
        var input = random.pick(keepsGrammar ? readable : corpus)
        for _ in 0..<random.number(1...6) {
            if keepsGrammar { extend(&input) } else { mutate(&input) }
        }
        return Array(input.prefix(Self.largestInput))
    }

    private mutating func extend(_ input: inout [UInt8]) {
        let seams = input.indices.filter { reader.seams.contains(input[$0]) }
        guard !seams.isEmpty else { return }
        let piece = Array(random.pick(reader.pieces).utf8)
        let place = random.pick(seams) + 1
        for _ in 0..<random.pick([1, 1, 1, 2, 30]) { input.insert(contentsOf: piece, at: place) }
    }

    private mutating func mutate(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return input = random.pick(corpus) }
        let place = random.number(0...(input.count - 1))
        let end = min(input.count, place + random.number(1...16))
        switch random.number(0...7) {
        case 0: input[place] = UInt8.random(in: 0...255, using: &random)
        case 1: input[place] ^= 1 << UInt8(random.number(0...7))
        case 2: input.removeSubrange(place..<end)
        case 3: input.insert(contentsOf: Array(random.pick(reader.tokens).utf8), at: place)
        case 4: input.replaceSubrange(place..<end, with: Array(random.pick(reader.tokens).utf8))
        case 5:
            let part = Array(input[place..<end])
            for _ in 0..<random.number(1...40) { input.insert(contentsOf: part, at: place) }
        case 6:
            let other = random.pick(corpus)
            guard !other.isEmpty else { return }
            let from = random.number(0...(other.count - 1))
            input.insert(contentsOf: other[from..<min(other.count, from + 64)], at: place)
        default: input.removeSubrange(place...)
        }
    }
}

/// Ends the process when an input takes too long; a reader that hangs cannot be ended otherwise.
private final class FuzzWatch: Sendable {
    private struct State {
        var path: String?
        var start = ContinuousClock.now
        var isStopped = false
    }

    private let state = Mutex(State())
    private let mostSeconds: Double

    init(mostSeconds: Double) {
        self.mostSeconds = mostSeconds
    }

    func start() {
        Thread.begin("catalink-watch") { [self] in
            while !state.withLock({ $0.isStopped }) {
                Thread.sleep(forTimeInterval: 0.2)
                let late = state.withLock { state -> String? in
                    (ContinuousClock.now - state.start).inSeconds > mostSeconds ? state.path : nil
                }
                guard let late else { continue }
                FileHandle.standardError.write(
                    Data("\(late): expected an answer within \(mostSeconds) s, got: none\n".utf8))
                exit(1)
            }
        }
    }

    func begins(_ path: String) {
        state.withLock {
            $0.path = path
            $0.start = .now
        }
    }

    func ends() { state.withLock { $0.path = nil } }
    func stop() { state.withLock { $0.isStopped = true } }
}

extension Process {
    /// Bytes of memory that this process has in use.
    static var residentMemory: Int { memory("VmRSS:") }
    /// The most that it ever had.
    static var peakMemory: Int { memory("VmHWM:") }

    private static func memory(_ name: String) -> Int {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix(name) }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return (kibibytes ?? 0) * 1024
    }
}
