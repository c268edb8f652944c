import CatalinkCore
import Testing

struct NearestNameTests {
    private static let known = ["title", "price", "description", "Variant Price", "sku"]

    private static let names: [(String, String?)] = [
        ("title", "title"), ("titles", "title"), ("TITLE", "title"), ("tite", "title"), ("pric", "price"),
        ("desciption", "description"), ("descripshun", "description"), ("Variant price", "Variant Price"),
        ("sk", "sku"), ("sq", nil), ("colour", nil), ("", nil),
    ]

    @Test(arguments: names)
    func aThirdOfTheLettersMayDiffer(_ name: String, _ nearest: String?) {
        #expect(NearestName.nearest(to: name, among: Self.known) == nearest)
    }

    @Test func theHintIsTheNameOrTheListWhereItIsShort() {
        let many = (0..<25).map { "column \($0) of a wide catalog" }
        #expect(NearestName.hint(for: "titel s", among: ["title"]) == "known: title")
        #expect(NearestName.hint(for: "tite", among: Self.known) == "did you mean \"title\"?")
        #expect(NearestName.hint(for: "colour", among: ["a", "b\n"]) == #"known: a, b\n"#)
        #expect(NearestName.hint(for: "colour", among: many) == nil)
        #expect(NearestName.hint(for: "colour", among: []) == nil)
    }

    @Test func aVeryLongNameIsFoundAsItIs() {
        let long = String(repeating: "x", count: 1000)
        #expect(NearestName.nearest(to: long, among: ["short", long]) == long)
    }

    @Test func aVeryLongNameIsNearToNoOther() {
        let long = String(repeating: "x", count: 1000)
        #expect(NearestName.nearest(to: long, among: ["short"]) == nil)
    }
}
