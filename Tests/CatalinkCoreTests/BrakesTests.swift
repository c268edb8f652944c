import CatalinkCore
import Testing

struct BrakesTests {
    /// A cause, how many items it touches of how many, and whether the brake holds.
    private static let plans: [(Brakes.Cause, Int, Int, Bool)] = [
        (.new, 10, 20, false), (.new, 11, 20, true), (.changed, 2, 20, false), (.changed, 3, 20, true),
        (.missing, 100, 1000, false), (.missing, 101, 1000, true), (.invalid, 4, 20, false),
        (.invalid, 5, 20, true),
        // A share of a few says nothing.
        (.new, 500, 19, false), (.missing, 19, 19, false), (.new, 5000, 0, false),
    ]

    @Test(arguments: plans)
    func aShareBeyondItsBrakeHolds(_ cause: Brakes.Cause, _ count: Int, _ items: Int, _ holds: Bool) {
        let found = Brakes().holds([cause: count], items: items)
        #expect(found.map(\.cause) == (holds ? [cause] : []))
    }

    @Test func everyCauseIsNamed() {
        let holds = Brakes().holds([.new: 30, .changed: 3, .missing: 2], items: 20)
        #expect(
            holds.map(\.message) == [
                "brakes.new: expected at most 50% of the ledger's 20 items since the last run, got: 30",
                "brakes.changed: expected at most 10% of the ledger's 20 items since the last run, got: 3",
            ])
    }

    private static let shares: [(String, Int?)] = [
        ("0%", 0), ("10%", 100), ("12.5%", 125), ("100%", 1000), ("101%", nil), ("-1%", nil), ("10", nil),
        ("", nil), ("%", nil), ("0.05%", nil),
    ]

    @Test(arguments: shares)
    func aShareIsWrittenInPercent(_ text: String, _ permille: Int?) {
        #expect(Brakes.Share(written: text)?.permille == permille)
    }

    /// A first import that was cut short is finished by the next run without being asked.
    @Test func whatAnEarlierPlanWasToMakeIsNotNew() {
        var totals = PlanTotals()
        totals.accepted = PlanTotals.Accepted(planned: 2000, changed: 0, missing: 0, invalid: 0)
        (totals.items, totals.newItems) = (100, 1900)
        #expect(totals.touched[.new] == 0)
        totals.newItems = 2000
        #expect(totals.touched[.new] == 100)
        (totals.accepted.planned, totals.newItems) = (0, 60)
        #expect(totals.touched[.new] == 60)
    }

    /// What was missing or wrong when a plan was let through need not be approved every night.
    @Test func onlyWhatHasComeSinceTheLastRunCounts() {
        var totals = PlanTotals()
        (totals.items, totals.missing, totals.changedItems, totals.settled[.invalid]) = (100, 30, 20, 25)
        #expect(totals.touched == [.new: 0, .missing: 30, .changed: 20, .invalid: 25, .moved: 0])
        totals.accepted = totals.asAccepted
        #expect(totals.touched.values.allSatisfy { $0 == 0 })
        totals.missing = 45
        #expect(totals.touched[.missing] == 15)
    }
}

struct ErrorLimitTests {
    private static let limits: [(String, Int, Int, Bool)] = [
        ("5%", 1, 20, false), ("5%", 2, 20, true), ("5%", 19, 19, false), ("0%", 1, 20, true),
        ("10", 10, 10, false), ("10", 11, 11, true), ("0", 1, 1, true),
    ]

    @Test(arguments: limits)
    func rowsThatGoWrongAreCounted(_ limit: String, _ errors: Int, _ answers: Int, _ isExceeded: Bool) {
        #expect((ErrorLimit(written: limit)?.excess(errors: errors, answers: answers) != nil) == isExceeded)
    }

    @Test(arguments: ["", "many", "-1", "5.5", "200%"])
    func othersAreNoLimits(_ text: String) {
        #expect(ErrorLimit(written: text) == nil)
    }
}
