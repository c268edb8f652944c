extension Pacer {
    /// Grants what every window that the present may be in has room for.
    mutating func grant(_ wanted: Int, _ clock: ServerClock, at now: Timestamp) -> Turn {
        var turn = Turn(tokens: [], next: .room, window: books[0].use(clock, at: now, raises: mayRaise))
        if let reason = exhaustion(at: now) {
            turn.next = .exhausted(reason)
        } else if wanted <= 0 {
            return turn
        } else if let blockedUntil, blockedUntil > now {
            turn.next = .wait(until: blockedUntil)
        } else if case .alone = mode {
            turn.next = .waitForAnswer
        } else {
            spend(wanted, clock, at: now, &turn)
        }
        return turn
    }

    private mutating func spend(_ wanted: Int, _ clock: ServerClock, at now: Timestamp, _ turn: inout Turn) {
        let room = room(clock, at: now)
        let count = max(0, min(wanted, room.count, mode == .nextAlone ? 1 : wanted))
        for _ in 0..<count { turn.tokens.append(take(clock, at: now)) }
        if mode == .nextAlone, let token = turn.tokens.first {
            mode = .alone(token.id)
            if wanted > 1 { turn.next = .waitForAnswer }
        } else if count < wanted {
            turn.next = wait(for: room, at: now)
        }
    }

    private mutating func take(_ clock: ServerClock, at now: Timestamp) -> Token {
        lastID += 1
        lastUse = max(lastUse ?? now, now)
        flights.append(
            Flight(
                id: lastID, grantedAt: now, earliest: clock.earliest(at: now),
                deadline: now + settings.lifetime))
        return Token(id: lastID, grantedAt: now)
    }

    private struct Room {
        var count = Int.max
        /// When the tightest of the windows that the present may be in is surely over, and how long it is.
        var until: Timestamp
        var window: Duration = .zero
    }

    /// What every window that the present may be in has left.
    private func room(_ clock: ServerClock, at now: Timestamp) -> Room {
        var room = Room(until: now)
        for book in books {
            let usable = book.usable(raises: mayRaise)
            for index in book.present(clock, at: now) {
                let window = book[index]
                let end = book.end(of: index)
                let inFlight = flights.count { $0.earliest < end }
                let left = max(0, usable - window.settled - window.foreign - inFlight)
                guard left < room.count || (left == room.count && clock.steady(at: end) > room.until) else {
                    continue
                }
                room = Room(count: left, until: clock.steady(at: end), window: book.limit.window)
            }
        }
        return room
    }

    private func wait(for room: Room, at now: Timestamp) -> Next {
        if room.window > .seconds(3600), room.until.since(now) > .seconds(3600) {
            return .exhausted("the quota of the \(room.window.components.seconds / 3600) h window is spent")
        }
        return .wait(until: room.until)
    }

    private func exhaustion(at now: Timestamp) -> String? {
        guard let throttledSince else { return nil }
        let end = max(now, blockedUntil ?? now)
        guard end.since(throttledSince) > settings.maxWait else { return nil }
        return "the API has answered 429 and is not expected to do otherwise within "
            + "\(settings.maxWait.components.seconds) s"
    }
}
