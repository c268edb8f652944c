/// Random numbers that come again for the same seed (Steele, Lea and Flood, 2014).
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter stream: sequences of one seed that have nothing in common.
    init(seed: Int, stream: Int) {
        state = UInt64(bitPattern: Int64(seed))
        state = next() ^ UInt64(bitPattern: Int64(stream))
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in a share of all cases.
    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(0...(elements.count - 1))]
    }

    /// One of several, each as often as its weight says.
    mutating func pick<Element>(_ weighted: KeyValuePairs<Element, Int>) -> Element {
        var lot = number(1...weighted.reduce(0) { $0 + $1.value })
        for (element, weight) in weighted {
            lot -= weight
            if lot <= 0 { return element }
        }
        preconditionFailure("a lot lies within the sum of the weights")
    }
}
