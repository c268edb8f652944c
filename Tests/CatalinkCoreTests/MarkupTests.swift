import CatalinkCore
import Testing

/// Text from catalogs and servers in HTML: it is shown, and never obeyed.
struct MarkupTests {
    private static let texts: [(text: String, shown: String)] = [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\"><img src=x onerror='x'>", "&quot;&gt;&lt;img src=x onerror=&#39;x&#39;&gt;"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("a\u{202E}b\u{200F}c\u{7}", "a\\u{202E}b\\u{200F}c\\u{7}"),
        ("two\nlines", "two\\nlines"), ("Süßes ☕ שלום", "Süßes ☕ שלום"),
    ]

    @Test(arguments: texts.indices)
    func textIsShownAsItIs(_ index: Int) {
        let (text, shown) = Self.texts[index]
        let markup: Markup = "<td title=\"\(text)\">\(text)</td>"
        #expect(markup.bytes.text == "<td title=\"\(shown)\">\(shown)</td>")
    }

    @Test func longTextIsCut() {
        let markup: Markup = "\(String(repeating: "x", count: 10_000))"
        #expect(markup.bytes.text == String(repeating: "x", count: 1000) + "…")
    }

    @Test func markupWithinMarkupStaysMarkup() {
        let inner: Markup = "<b>\("<")</b>"
        var outer: Markup = "<p>\(inner)\(1234.grouped)</p>"
        outer += "<hr>"
        #expect(outer.bytes.text == "<p><b>&lt;</b>1,234</p><hr>")
    }
}
