import CatalinkCore
import Testing

struct ByteTextTests {
    @Test(arguments: [
        ("", ""), (" ", ""), ("a", "a"), (" \t\r\n\u{B}\u{C}a b\n", "a b"), ("\u{A0}a\u{A0}", "a"),
        (" \u{A0} \u{A0}", ""),
        ("\u{A0}", ""), ("à", "à"), ("\u{202F}a", "\u{202F}a"), ("a\u{A0}b", "a\u{A0}b"), ("é\u{A0}", "é"),
    ])
    func trimCutsBlanksFromBothEnds(_ text: String, _ trimmed: String) {
        var bytes = utf8(text)
        bytes.trim()
        #expect(bytes.text == trimmed)
        #expect(bytes == utf8(trimmed))
    }

    /// 0xA0 is also the last byte of other characters, such as à.
    @Test func trimCutsNoCharacterInTwo() {
        let letter: [UInt8] = [0xC3, 0xA0]
        var bytes = letter
        bytes.trim()
        #expect(bytes == letter)
    }

    @Test(arguments: [
        ("e\u{301}", "\u{E9}"), ("A\u{30A}", "\u{C5}"), ("plain", "plain"), ("\u{1112}\u{1161}", "\u{D558}"),
    ])
    func composeMakesOneFormOfEveryText(_ text: String, _ composed: String) {
        var bytes = utf8(text)
        bytes.compose()
        #expect(bytes == utf8(composed))
    }

    private static let shown: [(String, String)] = [
        ("plain é 日", "plain é 日"), ("a\nb\r\tc", #"a\nb\r\tc"#),
        ("\u{0}\u{1F}\u{7F}\u{9F}", #"\u{0}\u{1F}\u{7F}\u{9F}"#),
        ("a\u{202E}b", #"a\u{202E}b"#), ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
        ("\u{200B}\u{200F}", #"\u{200B}\u{200F}"#),
        ("\u{FEFF}", #"\u{FEFF}"#), ("\u{61C}", #"\u{61C}"#), ("\u{2028}", #"\u{2028}"#),
        ("\u{E0041}", #"\u{E0041}"#),
        ("\u{1B}[31m", #"\u{1B}[31m"#),
    ]

    @Test(arguments: shown)
    func whatCouldDeceiveIsEscaped(_ text: String, _ shown: String) {
        #expect(text.shown() == shown)
    }

    @Test func longTextIsCut() {
        let long = String(repeating: "é", count: 200)
        #expect(long.shown() == String(repeating: "é", count: 120) + "…")
        #expect(long.shown(limit: 3) == "ééé…")
        #expect(String(repeating: "x", count: 120).shown() == String(repeating: "x", count: 120))
    }

    @Test func quotedTextStandsBetweenQuotationMarks() {
        #expect("a\u{7}".quoted == "\"a\\u{7}\"")
    }

    @Test func invalidBytesBecomeReplacementCharacters() {
        let bytes: [UInt8] = [0x61, 0xFF]
        #expect(bytes.text == "a\u{FFFD}")
    }
}
