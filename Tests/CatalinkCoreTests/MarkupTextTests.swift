import CatalinkCore
import Testing

struct MarkupTextTests {
    private static let table: [(String, String)] = [
        ("", ""),
        ("plain", "plain"),
        ("  many   blanks \n\n here ", "many blanks here"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<P CLASS='x'>One</P>", "One"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<h1>Head</h1>body", "Head\nbody"),
        ("<div><b>Bold</b> and <i>thin <u>er</u></i></div>", "Bold and thin er"),
        ("<a title='>'>link</a>", "link"),
        ("<a href=\"x>link</a>", "link"),
        ("a <b>bold", "a bold"),
        ("price <b now", "price <b now"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<", "<"),
        ("a <!-- <b> a comment > --> b", "a b"),
        ("x<!-- open", "x"),
        ("<!DOCTYPE html>x", "x"),
        ("x<script>if (a < b) { c(\"</b>\") }</script>y", "xy"),
        ("x<style type='a'>p > b {}</style>y", "xy"),
        ("x<SCRIPT>1</Script >y", "xy"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("&amp;lt;", "&lt;"),
        ("&#233;&#xE9;&#Xe9;&eacute;", "éééé"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("soft&shy;ware", "software"),
        ("&unknown; & &; &#0; &#xD800; &#x110000;", "&unknown; & &; &#0; &#xD800; &#x110000;"),
        ("&amp", "&amp"),
    ]

    @Test(arguments: table)
    func markupBecomesTheTextAPersonReads(_ markup: String, _ text: String) {
        let plain = MarkupText.plain(utf8(markup)).text
        #expect(plain == text)
    }

    @Test func aStrayClosingTagHidesNothing() {
        let plain = MarkupText.plain(utf8("a</script>b<script>x</script>c")).text
        #expect(plain == "abc")
    }
}
