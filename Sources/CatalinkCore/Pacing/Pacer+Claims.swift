extension Pacer {
    /// Makes a job's limits hold for all that share the key. Where jobs differ, the lower limit and the larger reserve
    /// hold, as long as the job that wants them is at work.
    package mutating func claim(_ settings: Settings, at now: Moment) {
        self.settings = settings
        let shortest = books.first?.limit.window ?? .zero
        let memory = max(shortest * 2, .seconds(300))
        let before = claims
        claims.removeAll { now.steady.since($0.seenAt) > memory }
        if let index = claims.firstIndex(where: {
            $0.limits == settings.limits && $0.raises == settings.raises
        }) {
            // Seldom, so that turns that change nothing else need not be stored.
            if now.steady.since(claims[index].seenAt) > memory / 4 { claims[index].seenAt = now.steady }
        } else {
            claims.append(Claim(limits: settings.limits, raises: settings.raises, seenAt: now.steady))
        }
        guard !claims.elementsEqual(before, by: { $0.limits == $1.limits && $0.raises == $1.raises }) else {
            return
        }
        mayRaise = claims.allSatisfy(\.raises)
        hold(claims.flatMap(\.limits))
    }

    /// Keeps a book for each length of window, with the lowest of its limits.
    mutating func hold(_ limits: [RateLimit]) {
        var kept: [WindowBook] = []
        for limit in limits {
            if let index = kept.firstIndex(where: { $0.limit.window == limit.window }) {
                kept[index].limit.requests = min(kept[index].limit.requests, limit.requests)
                kept[index].limit.reserve = max(kept[index].limit.reserve, limit.reserve)
            } else {
                var book = books.first { $0.limit.window == limit.window } ?? WindowBook(limit)
                book.limit = limit
                book.isServers = false
                kept.append(book)
            }
        }
        kept += books.filter { book in
            book.isServers && !kept.contains { $0.limit.window == book.limit.window }
        }
        books = kept.sorted { $0.limit.window < $1.limit.window }
    }
}
