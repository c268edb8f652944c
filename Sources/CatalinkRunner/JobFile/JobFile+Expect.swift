import CatalinkCore

/// The part of a job file that says which nights are like the others.
extension JobFile {
    static let expectNames = ["rows"] + Expectations.Cause.allCases.map(\.rawValue)

    static func expectations(_ section: Section) -> Expectations {
        var expectations = Expectations()
        guard let section = section.section("expect", known: expectNames) else { return expectations }
        if let rows = section.value(
            "rows", expected: "a share such as 80% or a number of rows", Expectations.Rows.init(written:))
        {
            expectations.rows = rows
        }
        for cause in Expectations.Cause.allCases {
            expectations.responses[cause] = section.choice(cause.rawValue)
        }
        return expectations
    }
}
