/// How one amount came about, step by step.
package struct PriceTrace: Sendable {
    package struct Step: Sendable, Equatable {
        /// `price`, `convert`, `rule premium tenth off` …
        package var name: String
        /// What was done, or why nothing was.
        package var how: String
        /// What stood after the step; `nil` where it changed nothing.
        package var amount: FixedDecimal?
        package var place: JobPlace

        package init(name: String, how: String, amount: FixedDecimal?, place: JobPlace) {
            self.name = name
            self.how = how
            self.amount = amount
            self.place = place
        }
    }

    /// `nil` where nobody asks.
    package private(set) var steps: [Step]?

    private init(steps: [Step]?) {
        self.steps = steps
    }

    package static let off = PriceTrace(steps: nil)
    package static let on = PriceTrace(steps: [])

    mutating func note(
        _ name: @autoclosure () -> String, _ how: @autoclosure () -> String, _ amount: FixedDecimal?,
        _ place: JobPlace
    ) {
        guard steps != nil else { return }
        steps?.append(Step(name: name(), how: how(), amount: amount, place: place))
    }
}
