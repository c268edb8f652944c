@testable import CatalinkCore
import Testing

struct GlobTests {
    private static let table: [(String, String, Bool)] = [
        ("", "", true), ("", "a", false), ("a", "", false), ("*", "", true), ("*", "anything", true),
        ("**", "x", true),
        ("?", "", false), ("?", "x", true), ("?", "xy", false), ("?", "é", true), ("?", "日", true),
        ("??", "é", false),
        ("abc", "abc", true), ("abc", "abcd", false), ("abc", "Abc", false), ("a*", "a", true),
        ("a*", "ba", false),
        ("*a", "ba", true), ("*a", "ab", false), ("*a*", "xay", true), ("a?c", "aéc", true),
        ("a?c", "ac", false),
        ("a*b*c", "a--b--c", true), ("a*b*c", "abcb", false), ("*ab", "aab", true), ("*aab", "aaab", true),
        ("a*?b", "ab", false), ("a*?b", "axb", true), ("SKU-*-L", "SKU-7-red-L", true),
        ("*.jpg", "a.b.jpg", true),
        ("a.c", "abc", false), ("[a]", "[a]", true), ("*é*", "café au lait", true), ("caf?", "café", true),
    ]

    @Test(arguments: table)
    func starsStandForTextAndQuestionMarksForOneCharacter(_ pattern: String, _ text: String, _ matches: Bool)
    {
        let bytes = utf8(text)
        let result = Glob.matches(utf8(pattern), bytes.span)
        #expect(result == matches)
    }
}
