/// The windows of one limit that are not over yet, and what is counted in each.
struct WindowBook: Sendable, Equatable {
    struct Window: Sendable, Equatable {
        /// Windows are numbered from 1970 on.
        var index: Int64
        /// Our requests that were counted here, or may have been, and are not on their way any more.
        var settled = 0
        /// What others have surely spent.
        var foreign = 0
        /// The latest answers that told what was left, in the order of their coming.
        var marks: [Mark] = []
    }

    /// What one answer told, and what follows for the others as more answers come.
    struct Mark: Sendable, Equatable {
        /// By this the server's own order is known: it only falls.
        var remaining: Int
        /// What others had surely spent by then.
        var foreign: Int
        /// When it came: requests granted before may have been on their way.
        var at: Timestamp
    }

    /// As the jobs want it; of a window that only the server names, as it said first.
    var limit: RateLimit
    /// What the server says its limit is.
    var told: Int?
    /// Whether the server named this window, and no job.
    var isServers = false
    var windows: [Window] = []

    init(_ limit: RateLimit) {
        self.limit = limit
    }

    var length: Int64 { limit.window.inMicroseconds }

    /// What we may spend of a window.
    func usable(raises: Bool) -> Int {
        let requests = raises ? told ?? limit.requests : min(limit.requests, told ?? limit.requests)
        return max(1, requests - limit.reserve)
    }

    /// The window at a moment of the server's clock.
    func index(at moment: Timestamp) -> Int64 {
        let quotient = moment.microseconds / length
        return moment.microseconds % length < 0 ? quotient - 1 : quotient
    }

    func end(of index: Int64) -> Timestamp {
        Timestamp(microseconds: (index + 1) * length)
    }

    subscript(index: Int64) -> Window {
        windows.first { $0.index == index } ?? Window(index: index)
    }

    mutating func count(_ range: ClosedRange<Int64>) {
        for index in range { windows[position(of: index)].settled += 1 }
    }

    /// Learns from an answer what others have spent: what is gone and cannot be ours. It only grows.
    ///
    /// - Parameters:
    ///   - token: of the answered request, which is counted as settled already.
    ///   - inFlight: how many of ours were on their way and may have been counted by then.
    mutating func learn(
        limit: Int, remaining: Int, of token: Pacer.Token, at received: Timestamp, inFlight: Int,
        in index: Int64
    ) {
        let position = position(of: index)
        var window = windows[position]
        // Those of ours that left less were counted later, though their answers came first.
        let later = window.marks.count { $0.remaining < remaining }
        for mark in window.marks.indices
        where token.grantedAt < window.marks[mark].at && remaining < window.marks[mark].remaining {
            // It was on its way then, and is now known not to have been counted by then.
            window.marks[mark].foreign += 1
        }
        let foreign = limit - remaining - (window.settled - later) - inFlight
        if window.marks.count >= max(16, inFlight * 2) { window.marks.removeFirst() }
        window.marks.append(Mark(remaining: remaining, foreign: foreign, at: received))
        window.foreign = window.marks.reduce(window.foreign) { max($0, $1.foreign) }
        windows[position] = window
    }

    /// After a step of the server's clock: what was counted in other windows may have been counted in these.
    mutating func carryOver(to present: ClosedRange<Int64>) {
        let carried = windows.reduce(0) { present.contains($1.index) ? $0 : max($0, $1.settled) }
        for index in present { windows[position(of: index)].settled += carried }
    }

    /// Forgets what no clock can come back to, and what only a clock that was wrong can have meant.
    mutating func prune(_ present: ClosedRange<Int64>) {
        guard let first = windows.first, let last = windows.last,
            first.index < present.lowerBound - 1 || last.index > present.upperBound + 1
        else { return }
        windows.removeAll { $0.index < present.lowerBound - 1 || $0.index > present.upperBound + 1 }
    }

    private mutating func position(of index: Int64) -> Int {
        let position = windows.firstIndex { $0.index >= index } ?? windows.endIndex
        if position == windows.endIndex || windows[position].index != index {
            windows.insert(Window(index: index), at: position)
        }
        return position
    }
}
