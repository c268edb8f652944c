import CatalinkCore
import Testing

struct SlugTests {
    @Test(arguments: [
        ("Tin Mug", "tin-mug"), ("  --Tin   Mug!!  ", "tin-mug"), ("Café Über ß", "cafe-uber-ss"),
        ("Kid's Mug", "kids-mug"), ("Kid’s Mug", "kids-mug"), ("Ærø & Łódź", "aero-lodz"),
        ("İstanbul", "istanbul"),
        ("5€ 10%", "5-10"), ("a_b.c/d", "a-b-c-d"), ("MK-001", "mk-001"), ("ﬁne", "fine"),
        ("東京 2020", "2020"),
        ("e\u{301}te\u{301}", "ete"),
    ])
    func slugsKeepLatinLettersAndDigits(_ text: String, _ slug: String) {
        let made = Slug.make(from: utf8(text)).text
        #expect(made == slug)
    }

    @Test(arguments: ["", "-", "!!!", "東京", "Привет", "مرحبا", "日本語タイトル", "👨‍👩‍👧‍👦"])
    func textWithoutLatinLettersGivesNothing(_ text: String) {
        let made = Slug.make(from: utf8(text))
        #expect(made.isEmpty)
    }

    @Test(arguments: ["Tin Mug", "Ærø & Łódź", "a--b", "x"])
    func aSlugOfASlugIsItself(_ text: String) {
        let once = Slug.make(from: utf8(text))
        let twice = Slug.make(from: once)
        #expect(once == twice)
        #expect(once.isSlug)
    }
}
