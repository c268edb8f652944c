import CatalinkCore
import Testing

struct CellGuardTests {
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+49 30", "'+49 30"), ("-5.00", "'-5.00"), ("@name", "'@name"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("00417", "'00417"), ("8720000000001", "'8720000000001"), ("12E5", "'12E5"),
        ("1E+12", "'1E+12"), ("'00417", "''00417"), ("'=1", "''=1"), ("''=1", "'''=1"), ("'5", "''5"),
    ])
    func whatASpreadsheetWouldChangeIsGuarded(_ text: String, _ cell: String) {
        #expect(CellGuard.guarded(Array(text.utf8)).text == cell)
        #expect(CellGuard.unguarded(Array(cell.utf8)).text == text)
    }

    @Test(arguments: ["", "0", "12", "12.50", "A-1", "'90s T-shirt", "'", "12E", "E5", "a=b", "2026-01-01"])
    func allElseIsLeftAsItIs(_ text: String) {
        #expect(CellGuard.guarded(Array(text.utf8)).text == text)
        #expect(CellGuard.unguarded(Array(text.utf8)).text == text)
    }

    @Test func aGuardThatAPersonPutIsTakenOff() {
        #expect(CellGuard.unguarded(Array("'417".utf8)).text == "417")
        #expect(CellGuard.unguarded(Array("'12,50".utf8)).text == "12,50")
    }

    @Test func whateverIsGuardedComesBack() {
        let alphabet = Array("'=+-@0129Ee.,a \t\r".utf8)
        var texts: [[UInt8]] = [[]]
        for _ in 0..<4 { texts += texts.suffix(1 << 12).flatMap { text in alphabet.map { text + [$0] } } }
        for text in texts where CellGuard.unguarded(CellGuard.guarded(text)) != text {
            Issue.record("\(text.text.debugDescription) does not come back")
        }
    }
}
