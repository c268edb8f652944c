extension Pacer {
    /// Learns from an answer, and counts its request where it was counted, or may have been.
    mutating func settle(_ settlement: Settlement, _ clock: inout ServerClock) {
        let received = settlement.receivedAt.steady
        lastUse = max(lastUse ?? received, received)
        var flight = flights.firstIndex { $0.id == settlement.token.id }.map { flights.remove(at: $0) }
        learnTime(settlement, &clock)
        var told: [Told] = []
        for window in settlement.headers?.windows ?? [] {
            if let one = believe(window, of: settlement, &clock) { told.append(one) }
        }
        if let earliest = flight?.earliest {
            // By what is known now it may have been earlier.
            flight?.earliest = min(earliest, clock.earliest(at: settlement.token.grantedAt))
        }
        // One that has long been dropped is counted already.
        let ranges = flight.map { count($0, told, clock, at: received) } ?? []
        learnUse(told, ranges, settlement)
        if settlement.isThrottled { throttle(settlement, clock, ranges.first ?? 0...0) }
        settleMode(settlement)
    }

    /// What an answer says of one limit's windows, and between which of them its request was counted.
    private struct Told {
        var book: Int
        var windows: ClosedRange<Int64>?
        var said: RateHeaders.Window
    }

    // MARK: Time

    private mutating func learnTime(_ settlement: Settlement, _ clock: inout ServerClock) {
        guard let date = settlement.serverDate else { return }
        let evidence = Self.evidence(settlement, from: date, until: date + .seconds(1))
        take(evidence, mayStartAgain: true, &clock)
    }

    /// The server's clock showed a time in `from ..< until` between grant and receipt.
    private static func evidence(_ settlement: Settlement, from: Timestamp, until: Timestamp)
        -> ServerClock.Evidence
    {
        let (sent, received) = (settlement.token.grantedAt, settlement.receivedAt.steady)
        return ServerClock.Evidence(
            low: from.microseconds - received.microseconds, high: until.microseconds - 1 - sent.microseconds,
            at: received.microseconds)
    }

    @discardableResult
    private mutating func take(
        _ evidence: ServerClock.Evidence, mayStartAgain: Bool, _ clock: inout ServerClock
    ) -> Bool {
        let isFirst = clock.isGuess
        switch clock.take(evidence, mayStartAgain: mayStartAgain) {
        case .agrees: return true
        case .doubted: return false
        case .startedAgain:
            for index in flights.indices {
                let earliest = clock.earliest(at: flights[index].grantedAt)
                flights[index].earliest = min(flights[index].earliest, earliest)
            }
            for index in books.indices where !isFirst {
                books[index].carryOver(
                    to: books[index].present(clock, at: Timestamp(microseconds: evidence.at)))
            }
            return true
        }
    }

    // MARK: Headers

    /// The limit that headers speak of, once their reset has been found to be one of its windows' ends, and now.
    private mutating func believe(
        _ said: RateHeaders.Window, of settlement: Settlement, _ clock: inout ServerClock
    ) -> Told? {
        guard let reset = said.reset else {
            return book(for: said).map { Told(book: $0, windows: nil, said: said) }
        }
        let ends = Self.ends(reset, settlement, clock)
        if said.length != nil, book(for: said) == nil { addBook(for: said) }
        let candidates = said.length == nil ? Array(books.indices) : book(for: said).map { [$0] } ?? []
        let ordered = candidates.sorted { first, _ in books[first].limit.requests == said.limit }
        for index in ordered {
            guard let windows = books[index].windows(endingIn: ends) else { continue }
            let isMeant = said.length != nil || said.limit == books[index].limit.requests
            let length = books[index].length
            let evidence = Self.evidence(
                settlement, from: Timestamp(microseconds: windows.lowerBound * length),
                until: Timestamp(microseconds: (windows.upperBound + 1) * length))
            if take(evidence, mayStartAgain: isMeant, &clock) {
                return Told(book: index, windows: windows, said: said)
            }
        }
        return nil
    }

    /// The moments, the first excluded, between which the told window ends: its reset is a whole second, rounded up.
    private static func ends(_ reset: RateHeaders.Reset, _ settlement: Settlement, _ clock: ServerClock) -> (
        after: Timestamp, upTo: Timestamp
    ) {
        switch reset {
        case .at(let moment): return (moment - .seconds(1), moment)
        case .after(let rest):
            guard let date = settlement.serverDate else {
                let sent = clock.earliest(at: settlement.token.grantedAt)
                let received = clock.latest(at: settlement.receivedAt.steady)
                return (sent + rest - .seconds(1), received + rest)
            }
            return (date + rest - .seconds(1), date + rest + .seconds(1))
        }
    }

    private func book(for said: RateHeaders.Window) -> Int? {
        guard let length = said.length else {
            return books.firstIndex { $0.limit.requests == said.limit } ?? (books.isEmpty ? nil : 0)
        }
        return books.firstIndex { $0.limit.window == length }
    }

    private static let mostBooks = 6

    /// A window that only the server names holds too.
    private mutating func addBook(for said: RateHeaders.Window) {
        guard let length = said.length, let requests = said.limit, requests > 0, books.count < Self.mostBooks
        else {
            return
        }
        var book = WindowBook(RateLimit(requests: requests, window: length, reserve: books[0].limit.reserve))
        book.isServers = true
        books.append(book)
        books.sort { $0.limit.window < $1.limit.window }
    }

    // MARK: Counting

    /// Counts a settled request; in each limit where its answer told, else wherever it may have been.
    private mutating func count(
        _ flight: Flight, _ told: [Told], _ clock: ServerClock, at received: Timestamp
    ) -> [ClosedRange<Int64>] {
        books.indices.map { index in
            var range = books[index].range(
                from: flight.earliest, to: clock.latest(at: received), clock, at: received)
            for one in told where one.book == index {
                guard let windows = one.windows else { continue }
                let overlap = range.clamped(to: windows)
                range = windows.overlaps(range) ? overlap : windows
            }
            books[index].count(range)
            return range
        }
    }

    private mutating func learnUse(_ told: [Told], _ ranges: [ClosedRange<Int64>], _ settlement: Settlement) {
        let received = settlement.receivedAt.steady
        var learned: Set<Int> = []
        for one in told {
            if let limit = one.said.limit, limit > 0 { books[one.book].told = limit }
            // One answer may say the same in several families of headers.
            guard ranges.indices.contains(one.book), let remaining = one.said.remaining,
                ranges[one.book].count == 1, learned.insert(one.book).inserted
            else { continue }
            let (book, index) = (books[one.book], ranges[one.book].lowerBound)
            let end = book.end(of: index)
            books[one.book].learn(
                limit: one.said.limit ?? book.limit.requests, remaining: remaining, of: settlement.token,
                at: received, inFlight: flights.count { $0.earliest < end && $0.grantedAt < received },
                in: index)
        }
    }

    // MARK: 429

    /// Nothing goes before the server's own time, or the end of the window that the request may have been in.
    private mutating func throttle(
        _ settlement: Settlement, _ clock: ServerClock, _ range: ClosedRange<Int64>
    ) {
        let received = settlement.receivedAt.steady
        var until = settlement.retryAfter.map { received + $0 }
        if until == nil {
            let shortest = books[0]
            until = clock.steady(
                at: shortest.end(of: max(range.lowerBound, shortest.present(clock, at: received).lowerBound)))
        }
        if let until { blockedUntil = max(blockedUntil ?? until, until) }
        throttledSince = throttledSince ?? received
        mode = .nextAlone
    }

    private mutating func settleMode(_ settlement: Settlement) {
        let isProof = settlement.isAnswered && !settlement.isThrottled
        if mode == .alone(settlement.token.id) { mode = isProof ? .open : .nextAlone }
        if isProof, let throttledSince, settlement.token.grantedAt > throttledSince {
            self.throttledSince = nil
        }
    }
}

extension WindowBook {
    /// The windows whose ends lie between two moments, the first excluded; `nil` when none does.
    fileprivate func windows(endingIn ends: (after: Timestamp, upTo: Timestamp)) -> ClosedRange<Int64>? {
        // A window is the one before that which begins at its end.
        let (first, last) = (index(at: ends.after), index(at: ends.upTo) - 1)
        return first <= last ? first...last : nil
    }
}
