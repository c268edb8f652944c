/// What a plan would move of the amounts that links were made with, since the last plan that was let through.
package struct PriceMoves: Sendable, Equatable {
    /// Items that move one way.
    package struct Side: Sendable, Equatable {
        package var count = 0
        /// Half of them move at least as far: today's amount as a multiple of the former one, in millionths.
        package var typical: Int?

        package init(count: Int = 0, typical: Int? = nil) {
            self.count = count
            self.typical = typical
        }
    }

    package struct Example: Sendable, Equatable {
        package var item: ItemKey
        package var location: Location
        package var move: PriceMove

        package init(item: ItemKey, location: Location, move: PriceMove) {
            self.item = item
            self.location = location
            self.move = move
        }

        /// `"SKU-1" 129.00 → 12.90 usdc (c.csv:2)`
        package var text: String {
            "\(item.shown) \(move.text) (\(location.file):\(location.line))"
        }
    }

    package var cheaper = Side()
    package var dearer = Side()
    /// In another currency, or with an amount only before or only after.
    package var others = 0
    /// Further than the job lets an amount move.
    package var beyond = 0
    /// Those that move furthest.
    package var furthest: [Example] = []
    package static let mostExamples = 3

    package init() {}

    package var count: Int { cheaper.count + dearer.count + others }

    /// `which all cost less (half of them at most 0.1 times as much): "SKU-1" 129.00 → 12.90 usdc (c.csv:2)`
    package var explanation: String {
        let parts = [part(cheaper, "cost less", isLess: true), part(dearer, "cost more", isLess: false)]
            .compactMap { $0 }
        let other = others > 0 ? ["\(others) cannot be compared with their links'"] : []
        let all = parts + other
        let told =
            all.count == 1 && others == 0
            ? "which all " + all[0].drop { $0 != "c" } : "of which " + all.joined(separator: " and ")
        return told + ": " + examples
    }

    package var examples: String {
        furthest.map(\.text).joined(separator: ", ")
    }

    /// Counts one, and keeps it where it moves as far as any of so many others.
    package mutating func add(_ example: Example, keeping most: Int) {
        switch example.move.isCheaper {
        case true?: cheaper.count += 1
        case false?: dearer.count += 1
        case nil: others += 1
        }
        let distance = example.move.distance
        let place = furthest.firstIndex { $0.move.distance < distance } ?? furthest.count
        guard place < most else { return }
        furthest.insert(example, at: place)
        if furthest.count > most { furthest.removeLast() }
    }

    private func part(_ side: Side, _ words: String, isLess: Bool) -> String? {
        guard side.count > 0 else { return nil }
        let factor = side.typical.map { Self.factor($0, isLess ? .up : .down) } ?? "?"
        return "\(side.count) \(words) (half of them at \(isLess ? "most" : "least") \(factor) times as much)"
    }

    /// Millionths with as many digits as tell something.
    static func factor(_ millionths: Int, _ mode: RoundingMode) -> String {
        let exact = FixedDecimal(coefficient: Int128(millionths), scale: 6)
        let decimals = millionths >= 100_000 ? 2 : millionths >= 10_000 ? 3 : 6
        return (exact.rounded(to: FixedDecimal(coefficient: 1, scale: decimals), mode) ?? exact).plain
    }
}
