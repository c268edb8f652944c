import CatalinkCore
import Testing

struct TemplateTests {
    private func compile(
        _ source: String, hasSegments: Bool = true
    ) throws(TemplateError) -> (template: Template, columns: ColumnUses) {
        var columns = ColumnUses()
        let template = try Template(source, at: SampleRow.place, columns: &columns, hasSegments: hasSegments)
        return (template, columns)
    }

    private static let filledIn: [(String, String)] = [
        ("", ""),
        ("plain", "plain"),
        ("a{b}c", "a{b}c"),
        ("{{Title}}", " Tin Mug "),
        ("{{ Title | trim }}", "Tin Mug"),
        ("{{Title|trim|lower}}-{{segment}}", "tin mug-premium"),
        ("{{Title | trim}}{{Title | trim}}", "Tin MugTin Mug"),
        ("{{Body (HTML) | text}}!", "bold!"),
        ("{{'Title' | trim}}", "Tin Mug"),
        ("{{ \"a|b\" }}", "odd name"),
        ("{{Tags | split: ', ' | first}}", "red"),
        ("{{Tags | split: ', '}}", "red, blue"),
        ("{{Tags | replace: \",\", ' /'}}", "red / blue"),
        ("{{Tags | split: ', ' | join: '|'}}", "red|blue"),
        ("{{Empty | default: '}}'}}", "}}"),
        ("{\"segment\": \"{{segment}}\"}", "{\"segment\": \"premium\"}"),
        // Of several columns the first with more than blanks.
        ("{{Empty ?? Blank ?? Title | trim}}", "Tin Mug"), ("{{Title ?? Empty | trim}}", "Tin Mug"),
        ("{{Blank ?? Empty}}", ""), ("{{In stock? ?? Title}}", "1"), ("{{Empty??Tags}}", "red, blue"),
        ("{{'a|b' ?? Title}}", "odd name"),
        // A quoted text behind `??` is no column.
        ("{{Empty ?? 'none'}}", "none"), ("{{Title ?? 'none' | trim}}", "Tin Mug"),
        ("{{Empty ?? Blank ?? \"a|b\" | upper}}", "A|B"), ("{{Empty ?? ''}}", ""),
        ("{{images/none/* ?? 'x.png' | first}}", "x.png"),
        // A column of several values is a list for the filters.
        ("{{picture[*]}}", "a.png, b.png"), ("{{picture[*] | last}}", "b.png"),
        ("{{images/* | join: '|'}}", "x|y"), ("{{Empty ?? picture[*] | first}}", "a.png"),
    ]

    @Test(arguments: filledIn)
    func templatesAreFilledIn(_ source: String, _ text: String) throws {
        let row = SampleRow(
            [
                "Title": " Tin Mug ", "Body (HTML)": "<b>bold</b>", "Tags": "red, blue", "a|b": "odd name",
                "Empty": "", "Blank": " \t", "In stock?": "1", "picture[*]": "a.png\u{1F}b.png",
                "images/*": "x\u{1F}y", "images/none/*": "",
            ],
            segment: "premium")
        let filled = try row.text(source)
        #expect(filled == text)
    }

    @Test func moneyIsReadInTheCurrencyOfTheJob() throws {
        let row = SampleRow(["price": "12.50 USD"])
        let euros = try #require(CurrencyCode("EUR"))
        for (source, isRead) in [("{{price | money}}", false), ("{{price | money: USD}}", true)] {
            var columns = ColumnUses()
            let template = try Template(source, at: SampleRow.place, columns: &columns, hasSegments: true)
                .readingMoney(in: euros)
            let text = try? row.text(template, columns)
            #expect(text == (isRead ? "12.50" : nil), "\(source)")
        }
    }

    private static let mistakes: [(String, TemplateError)] = [
        ("{{Title", TemplateError(expected: "a closing `}}`", got: "\"{{Title\"")),
        ("{{Title | trim", TemplateError(expected: "a closing `}}`", got: "\"{{Title | trim\"")),
        ("Title}}", TemplateError(expected: "`{{` before `}}`", got: "\"Title}}\"")),
        ("{{ }}", TemplateError(expected: "a column name in `{{ }}`", got: "\"{{ }}\"")),
        (
            "{{Title | trimm}}",
            TemplateError(expected: "a filter", got: "\"trimm\"", hint: "did you mean \"trim\"?")
        ),
        (
            "{{Title | zzzzzz}}",
            TemplateError(
                expected: "a filter", got: "\"zzzzzz\"",
                hint:
                    "known: trim, lower, upper, slug, text, truncate, replace, before, after, prefix, map, lookup, default, "
                    + "split, compact, first, last, nth, join, decimal, money, currency, minor, nanos, whole, "
                    + "unguard, date")
        ),
        (
            "{{A ?? 'x' ?? B}}",
            TemplateError(
                expected: "nothing after the text \"x\", which is always there", got: "\"{{A ?? 'x' ?? B}}\"",
                hint: "behind `??` a quoted text stands for itself; a quoted column comes first")
        ),
        ("{{Title | truncate}}", TemplateError(expected: "`truncate: LENGTH`", got: "0 arguments")),
        ("{{Title | trim: 1}}", TemplateError(expected: "`trim`", got: "1 argument")),
        ("{{Title | replace: 'a'}}", TemplateError(expected: "`replace: 'old', 'new'`", got: "1 argument")),
        (
            "{{Title | default: 'x}}",
            TemplateError(expected: "a closing '", got: "\"{{Title | default: 'x}}\"")
        ),
        (
            "{{Title | default: 'x' y}}",
            TemplateError(expected: "`|`, `,` or `}}` after \"x\"", got: "\"{{Title | default: 'x' y}}\"")
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesAreToldBeforeAnyRow(_ source: String, _ mistake: TemplateError) {
        #expect(throws: mistake) { try compile(source) }
    }

    @Test func aSegmentIsAColumnWhereTheJobHasNone() throws {
        let columns = try compile("{{segment}}", hasSegments: false).columns
        #expect(columns.names == ["segment"])
    }

    @Test func columnsAreRegisteredOnceInTheirOrder() throws {
        let (template, columns) = try compile("{{segment}}-{{b}}-{{a}}-{{b | trim}}")
        #expect(columns.names == ["b", "a"])
        #expect(columns.places == [SampleRow.place, SampleRow.place])
        #expect(template.firstSlot == 0)
        #expect(template.source == "{{segment}}-{{b}}-{{a}}-{{b | trim}}")
        #expect(template.place == SampleRow.place)
    }

    @Test func aTemplateWithoutColumnsHasNoSlot() throws {
        let template = try compile("PRODUCT {{segment}}").template
        #expect(template.firstSlot == nil)
    }

    private static let constants: [(String, String?)] = [
        ("", ""), ("PRODUCT", "PRODUCT"), ("{{a}}", nil), ("x{{a}}", nil), ("{{segment}}", nil),
    ]

    @Test(arguments: constants)
    func onlyLiteralTextIsConstant(_ source: String, _ constant: String?) throws {
        let template = try compile(source).template
        #expect(template.constant == constant.map(utf8))
    }
}
