import CatalinkCore
import Testing

struct SpreadsheetTests {
    @Test(arguments: [
        "4,26E+12", "7.8332E+11", "1.23E+5", "1E+15", "-4,26e+12", "1.5E-05", " 4,26E+12\u{A0}", "#N/A",
        "#REF!",
        "#VALUE!", "#DIV/0!", "#NAME?", "#NV", "#WERT!", "Err:502", "########", "###",
    ])
    func lostCellsAreRecognised(_ text: String) {
        #expect(SpreadsheetDamage.reason(utf8(text)) != nil)
    }

    /// Keys that only look a little like it.
    @Test(arguments: [
        "", " ", "12E3", "5E-12", "1E15", "12.5E+3", "1.E+5", "1,E+5", "4,26E+", "4,26E+1234", "E+12", "#",
        "##",
        "#1", "#SALE!", "#N/A-2", "SKU#N/A", "Err:x02", "Error:502", "4260000000000", "1.5E-",
    ])
    func otherCellsAreLeftAlone(_ text: String) {
        #expect(SpreadsheetDamage.reason(utf8(text)) == nil)
    }

    @Test(arguments: [
        ("4,26E+12", "a spreadsheet has rounded it: export the column as text"),
        ("#N/A", "a spreadsheet's formula has failed there: mend it, then export again"),
        ("########", "a spreadsheet's column was too narrow to show it: widen it, then export again"),
    ])
    func eachLossHasItsReason(_ text: String, _ reason: String) {
        #expect(SpreadsheetDamage.reason(utf8(text)) == reason)
    }
}
