extension WindowBook {
    /// The windows that the server's clock may be in.
    func present(_ clock: ServerClock, at now: Timestamp) -> ClosedRange<Int64> {
        let first = index(at: clock.earliest(at: now))
        return first...max(first, index(at: clock.latest(at: now)))
    }

    /// The windows between two moments of the server's clock that are not surely over.
    func range(from first: Timestamp, to last: Timestamp, _ clock: ServerClock, at now: Timestamp)
        -> ClosedRange<Int64>
    {
        let oldest = index(at: clock.earliest(at: now)) - 1
        let first = max(oldest, index(at: first))
        return first...max(first, index(at: last))
    }

    func use(_ clock: ServerClock, at now: Timestamp, raises: Bool) -> Pacer.WindowUse {
        let index = index(at: clock.earliest(at: now))
        return Pacer.WindowUse(
            start: Timestamp(microseconds: index * length), limit: usable(raises: raises) + limit.reserve,
            used: 0)
    }
}
