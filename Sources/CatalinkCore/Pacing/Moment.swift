/// One moment by two clocks: the steady one, by which the pacer counts, and the wall's, which people and servers read.
package struct Moment: Sendable, Equatable {
    /// Since the machine was booted; the same for all processes, and it never steps.
    package var steady: Timestamp
    /// Since 1970; it may step at any time.
    package var wall: Timestamp

    package init(steady: Timestamp, wall: Timestamp) {
        self.steady = steady
        self.wall = wall
    }

    /// The steady time at which the wall will show `wall`, if it does not step.
    package func steady(at wall: Timestamp) -> Timestamp {
        steady + wall.since(self.wall)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
