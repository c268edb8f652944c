@testable import CatalinkCore
import Testing

/// Prices that hold on some days. Now is 2027-01-15T08:00:00Z.
struct SalePriceTests {
    private func amount(
        _ sale: String, from: String = "", to: String = "", price: String = "20.00"
    ) throws -> PricingPolicy.Outcome {
        var columns = ColumnUses()
        func template(_ source: String) throws -> Template {
            try Template(source, at: SampleRow.place, columns: &columns, hasSegments: true)
        }
        var policy = PricingPolicy(price: try template("{{price}}"), place: SampleRow.place)
        policy.sale = PricingPolicy.Sale(
            price: try template("{{sale}}"), from: try template("{{from}}"), to: try template("{{to}}"))
        let row = SampleRow(["price": price, "sale": sale, "from": from, "to": to])
        return try row.outcome(of: policy, columns)
    }

    private static let days: [(sale: String, from: String, to: String, amount: String)] = [
        ("15.00", "", "", "15"), ("", "", "", "20"), (" ", "", "", "20"), ("0.00", "", "", "20"),
        ("15.00", "2027-01-15", "2027-01-15", "15"), ("15.00", "2027-01-16", "", "20"),
        ("15.00", "", "2027-01-14", "20"), ("15.00", "2027-01-15T08:00:00Z", "", "15"),
        ("15.00", "2027-01-15T08:00:01Z", "", "20"), ("15.00", "", "2027-01-15T08:00:00Z", "20"),
        ("15.00", "", "2027-01-15T08:00:01Z", "15"), ("15.00", "2027-01-15T09:30+02:00", "", "15"),
        ("15.00", "2027-01-01", "2027-01-31", "15"),
    ]

    @Test(arguments: days)
    func aSalePriceHoldsOnItsDays(_ sale: String, _ from: String, _ to: String, _ amount: String) throws {
        let outcome = try self.amount(sale, from: from, to: to)
        #expect(outcome == .amount(try decimal(amount)))
    }

    @Test(arguments: [("15.01.2027", "15"), ("14.01.2027", "20")])
    func theLastDayOfASaleIsWholeHoweverItIsWritten(_ day: String, _ amount: String) throws {
        var columns = ColumnUses()
        func template(_ source: String) throws -> Template {
            try Template(source, at: SampleRow.place, columns: &columns, hasSegments: true)
        }
        var policy = PricingPolicy(price: try template("{{price}}"), place: SampleRow.place)
        policy.sale = PricingPolicy.Sale(
            price: try template("{{sale}}"), from: nil, to: try template("{{to | date: 'dd.MM.yyyy'}}"))
        let row = SampleRow(["price": "20.00", "sale": "15.00", "to": day])
        let outcome = try row.outcome(of: policy, columns)
        #expect(outcome == .amount(try decimal(amount)))
    }

    @Test func aSaleIsEnoughOfAPrice() throws {
        let outcome = try amount("15.00", price: "")
        #expect(outcome == .amount(try decimal("15")))
    }

    @Test(arguments: ["12,50", "-1.00", "soon"])
    func aSalePriceThatIsNoneIsAProblem(_ sale: String) {
        let error = #expect(throws: PricingPolicy.Failure.self) { try amount(sale) }
        #expect(error?.failure.expected == "a sale price in plain notation such as 1299.00")
        #expect(error?.slot == 1)
    }

    @Test func aDayThatIsNoneIsAProblem() {
        let error = #expect(throws: PricingPolicy.Failure.self) { try amount("15.00", to: "31.01.2027") }
        #expect(
            error?.failure
                == FilterFailure(
                    expected: "a date or time by ISO 8601", got: "\"31.01.2027\"",
                    hint: "say how it is written: `| date: 'dd.MM.yyyy'`"))
        #expect(error?.slot == 3)
    }
}
