import CatalinkCore
import Testing

struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "false", "0", "29.990", "-1.5E-10", #""""#, #""a\"b\\c\nd\re\tf\u0000\u001f""#,
        #""é日😀/""#,
        "[]", "{}", #"[1,"2",[null,{}]]"#, #"{"b":1,"a":{"b":[true,false]},"b":2}"#,
    ])
    func compactTextGoesRound(_ text: String) throws {
        let value = try JSONValue(parsing: utf8(text))
        #expect(value.bytes.text == text)
    }

    @Test func numbersStayTheTextTheyAre() throws {
        let value = try JSONValue(parsing: utf8(#"{"amount":29.990000000000000000001,"count":12}"#))
        #expect(value["amount"]?.decimal?.plain == "29.990000000000000000001")
        #expect(value["amount"]?.integer == nil)
        #expect(value["count"]?.integer == 12)
        #expect(value["count"]?.string == nil)
    }

    @Test func theLastOfRepeatedNamesCounts() throws {
        let value = try JSONValue(parsing: utf8(#"{"id":1,"id":"pl_2"}"#))
        #expect(value["id"]?.string == "pl_2")
        #expect(value["other"] == nil)
    }

    @Test func accessorsGiveOnlyTheirOwnKind() {
        let text = JSONValue.string("12")
        #expect(text.integer == nil)
        #expect(text.decimal == nil)
        #expect(text.elements == nil)
        #expect(text["length"] == nil)
        #expect(!text.isNull)
        #expect(JSONValue.optional(nil).isNull)
        #expect(JSONValue.optional("x").string == "x")
        #expect(JSONValue.integer(-3).integer == -3)
    }

    @Test func objectsAreEqualInOneOrderOnly() throws {
        let first = try JSONValue(parsing: utf8(#"{"a":1,"b":2}"#))
        let second = try JSONValue(parsing: utf8(#"{"b":2,"a":1}"#))
        let third = try JSONValue(parsing: utf8(#"{"a":1,"b":2.0}"#))
        #expect(first == first)
        #expect(first != second)
        #expect(first != third)
    }

    @Test func indentedTextIsForPeople() throws {
        let value = try JSONValue(
            parsing: utf8(#"{"job":"a\"b","books":{"rows":2,"list":[1,[]]},"none":{}}"#))
        let expected = #"""
            {
              "job": "a\"b",
              "books": {
                "rows": 2,
                "list": [
                  1,
                  []
                ]
              },
              "none": {}
            }
            """#
        #expect(value.indented() == expected)
        let again = try JSONValue(parsing: utf8(value.indented()))
        #expect(again == value)
    }

    @Test(arguments: ["[]", "{}", "1", "null"])
    func emptyAndSingleValuesStayOnOneLine(_ text: String) throws {
        let value = try JSONValue(parsing: utf8(text))
        #expect(value.indented() == text)
    }
}
