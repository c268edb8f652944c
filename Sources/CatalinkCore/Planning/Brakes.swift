/// The shares of a ledger's items that a plan may touch before someone must look: a changed key template makes a
/// second link of everything, a truncated export misses half, a slipped comma sells everything at a tenth.
package struct Brakes: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        case new, changed, missing, invalid, moved
    }

    /// One brake that holds.
    package struct Hold: Sendable, Equatable {
        package var cause: Cause
        package var count: Int
        package var items: Int
        package var share: Share

        /// `changed: expected at most 10% of 1200 items, got: 340`
        package var message: String {
            "brakes.\(cause.rawValue): expected at most \(share.text) of the ledger's \(items) items since the last run, got: \(count)"
        }
    }

    /// A share in tenths of a percent; exact, so that 10 % of 20 is 2.
    package struct Share: Sendable, Equatable {
        package var permille: Int

        package init(permille: Int) {
            self.permille = permille
        }

        /// `10%`, `12.5%`
        package init?(written text: String) {
            guard text.hasSuffix("%"), let number = FixedDecimal(String(text.dropLast())),
                let permille = number.multiplied(by: FixedDecimal(coefficient: 10, scale: 0)).flatMap({
                    Int($0.plain)
                }),
                (0...1000).contains(permille)
            else { return nil }
            self.permille = permille
        }

        package var text: String {
            permille % 10 == 0 ? "\(permille / 10)%" : "\(permille / 10).\(permille % 10)%"
        }

        package func isExceeded(by count: Int, of total: Int) -> Bool {
            count * 1000 > total * permille
        }
    }

    /// A cause without a share has no brake.
    package var shares: [Cause: Share] = [
        .new: Share(permille: 500), .changed: Share(permille: 100), .missing: Share(permille: 100),
        .invalid: Share(permille: 200), .moved: Share(permille: 100),
    ]
    /// Below so many items a share says nothing.
    package static let fewestItems = 20

    package init() {}

    /// - Parameter items: how many the ledger has.
    package func holds(_ counts: [Cause: Int], items: Int) -> [Hold] {
        guard items >= Self.fewestItems else { return [] }
        return Cause.allCases.compactMap { cause in
            guard let share = shares[cause], let count = counts[cause], share.isExceeded(by: count, of: items)
            else { return nil }
            return Hold(cause: cause, count: count, items: items, share: share)
        }
    }
}
