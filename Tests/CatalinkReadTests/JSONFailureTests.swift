import Testing

struct JSONFailureTests {
    private static let cut = "the end of the file (the file may have been cut off)"

    /// A text, and what is told after `c:`.
    private static let texts: [(String, String)] = [
        ("[{\"a\": 1},]", "1:11: expected a value, got: \"]\" (JSON has no comma after the last one)"),
        ("[{\"a\": 1,\n}]", "2:1: expected a name, got: \"}\" (JSON has no comma after the last one)"),
        ("[1 // one\n]", "1:4: expected `,` or `]`, got: \"/\" (JSON has no comments)"),
        ("# one\n[]", "1:1: expected a value, got: \"#\" (JSON has no comments)"),
        ("[{\"a\": NaN}]", "1:8: expected a value, got: \"NaN\" (JSON has no such number; write null)"),
        ("[-Infinity]", "1:3: expected a digit, got: \"Infinity\" (JSON has no such number; write null)"),
        (
            "[{'a': 1}]",
            "1:3: expected a name in quotation marks, got: \"'\" (JSON has \" for quotation marks)"
        ),
        ("[\u{201C}a\u{201D}]", "1:2: expected a value, got: \"\u{201C}\" (JSON has \" for quotation marks)"),
        ("[{a: 1}]", "1:3: expected a name in quotation marks, got: \"a\""),
        (
            "[True]",
            "1:2: expected a value, got: \"True\" (JSON writes true, false and null in small letters)"
        ),
        ("[nul]", "1:2: expected a value, got: \"nul\""),
        ("[nulls]", "1:2: expected a value, got: \"nulls\""),
        ("[None]", "1:2: expected a value, got: \"None\" (JSON writes null)"),
        ("[01]", "1:2: expected a number without leading zeros, got: \"01\" (or a text in quotation marks)"),
        ("[.5]", "1:2: expected a value, got: \".\" (a number begins with a digit or `-`)"),
        ("[+5]", "1:2: expected a value, got: \"+\" (a number begins with a digit or `-`)"),
        ("[1.]", "1:4: expected a digit, got: \"]\""),
        ("[1e]", "1:4: expected a digit, got: \"]\""),
        ("[0x1F]", "1:3: expected `,` or `]`, got: \"x1F\""),
        ("[1 2]", "1:4: expected `,` or `]`, got: \"2\""),
        ("[,]", "1:2: expected a value, got: \",\""),
        ("[{\"a\" 1}]", "1:7: expected `:` after a name, got: \"1\""),
        (
            "[{\"a\": 1 \"b\": 2}]",
            "1:10: expected `,` or `}`, got: \"\\\"\"".replacing("\\\"\"", with: "\"\"")
        ),
        ("[1}", "1:3: expected `,` or `]`, got: \"}\""),
        (
            "[] x",
            "1:4: expected nothing after the document, got: \"x\" "
                + "(a file of several values is JSON Lines, one on each line)"
        ),
        (
            "{\"a\": 1}\n{\"a\": 2}\n",
            "1:1: expected a list of records at `records: /`, got: a mapping (name the list in it, as in "
                + "`records: /products`, or end with `/*` if its values are the records)"
        ),
        ("[", "1:2: expected a value, got: \(cut)"),
        ("[{\"a\": 1},", "1:11: expected a value, got: \(cut)"),
        ("[{\"a\": 1}\n\n", "3:1: expected `,` or `]`, got: \(cut)"),
        ("[{\"a\"", "1:6: expected `:` after a name, got: \(cut)"),
        ("[{\"a\": \"x", "1:10: expected a closing quotation mark, got: \(cut)"),
        ("[{\"a\": \"x\\", "1:10: expected the rest of an escape, got: \(cut)"),
        ("[{\"a\": \"x\\u00", "1:10: expected the rest of an escape, got: \(cut)"),
        ("[{\"a\": -", "1:9: expected a digit, got: \(cut)"),
        (
            "[\"é\nb\"]",
            "1:4: expected a closing quotation mark, got: a line end "
                + "(in JSON such characters are written as escapes, such as `\\n`)"
        ),
        (
            "[\"a\tb\"]",
            "1:4: expected a closing quotation mark, got: a tab "
                + "(in JSON such characters are written as escapes, such as `\\n`)"
        ),
        (
            "[\"C:\\dir\"]",
            "1:6: expected `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` or `u` after a backslash, "
                + "got: \"dir\" (a backslash itself is written `\\\\`)"
        ),
        ("[\"\\u12G4\"]", "1:7: expected four hexadecimal digits after `\\u`, got: \"G4\""),
        ("[\"\\ud83d x\"]", "1:3: expected two halves of a character in `\\u` escapes, got: `\\uD83D` alone"),
        (
            "[\"\\ude00\\ud83d\"]",
            "1:3: expected two halves of a character in `\\u` escapes, got: `\\uDE00` alone"
        ),
        (
            "[\"\\ud83d\\u0041\"]",
            "1:3: expected two halves of a character in `\\u` escapes, got: `\\uD83D` alone"
        ),
        (
            "[{\"a\": 1, \"b\": 2, \"a\": 3}]",
            "1:19: expected each name once in a mapping, got: a second \"a\""
        ),
        (
            "[{\"b\": [{\"c\": 1, \"\\u0063\": 2}]}]",
            "1:18: expected each name once in a mapping, got: a second \"c\""
        ),
        ("<html>", "1:1: expected a value, got: \"<\" (this looks like XML or HTML)"),
        ("[{\"a\": \"\u{202E}\"}, \u{202E}]", "1:14: expected a value, got: \"\\u{202E}\""),
    ]

    @Test(arguments: texts)
    func whatIsNoJSONIsToldWithItsPlace(_ text: String, _ message: String) {
        let outcome = NestedCase(format: .json, text: text).outcome()
        #expect(outcome.message == "c:" + message)
    }

    private static let lines: [(String, String)] = [
        (
            "{\"a\": 1}\n{\"a\":\n2}\n",
            "3:1: expected the rest of the value on its line, got: a line end (JSON Lines has one value a line)"
        ),
        (
            "{\"a\": 1} {\"a\": 2}\n",
            "1:10: expected the end of the line after its value, got: \"{\" (JSON Lines has one value a line)"
        ),
        ("{\"a\": 1}\n\n{\"a\"", "3:5: expected `:` after a name, got: \(cut)"),
        (
            "{\"a\": 1}\n{\"a\": 1,}\n",
            "2:9: expected a name, got: \"}\" (JSON has no comma after the last one)"
        ),
    ]

    @Test(arguments: lines)
    func whatIsNoLineOfJSONIsToldWithItsPlace(_ text: String, _ message: String) {
        let outcome = NestedCase(format: .lines, text: text).outcome()
        #expect(outcome.message == "c:" + message)
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["[", "{\"a\":", "[{\"a\":["])
    func levelsAreNestedToALimit(_ opening: String) {
        let outcome = NestedCase(format: .json, text: String(repeating: opening, count: 100_000)).outcome()
        #expect(outcome.message != nil)
        let nested = String(repeating: "[", count: 126) + String(repeating: "]", count: 126)
        let deepest = NestedCase(format: .json, text: "[{\"a\": \(nested)}]").outcome()
        #expect(deepest.message == nil)
        let deeper = NestedCase(format: .json, text: "[{\"a\": [\(nested)]}]").outcome()
        let message = """
            c:1:134: expected at most 128 levels of mappings and lists, got: more \
            (`source.limits: {depth: …}` allows more)
            """
        #expect(deeper.message == message)
    }
}
