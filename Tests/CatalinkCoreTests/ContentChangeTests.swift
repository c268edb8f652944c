import CatalinkCore
import Testing

struct ContentChangeTests {
    private static func value(_ json: String) throws -> JSONValue { try JSONValue(parsing: Array(json.utf8)) }

    /// What a link carries, what today's row asks for, and the fields that differ.
    private static let contents: [(String, String, [String])] = [
        (#"{"title":"A","amount":12.50}"#, #"{"title":"A","amount":12.5}"#, []),
        (#"{"title":"A","amount":129}"#, #"{"title":"B","amount":12.9}"#, ["title", "amount"]),
        (#"{"title":"A","description":"x"}"#, #"{"title":"A"}"#, ["description"]),
        (#"{"title":"A","description":null}"#, #"{"title":"A"}"#, []),
        (
            #"{"title":"A","customFields":{"size":"L","hue":"red"}}"#,
            #"{"title":"A","customFields":{"size":"M","hue":"red","cut":"v"}}"#,
            ["customFields.size", "customFields.cut"]
        ),
        (
            #"{"expiration_date":"2026-01-01T00:00:00.000Z"}"#,
            #"{"expiration_date":"2026-01-01T00:00:00Z"}"#, []
        ),
        (#"{"paymentForId":"catalink-0123456789ab-0123456789abcdef01234567-1"}"#, "{}", []),
        (#"{"paymentForId":"order 1"}"#, #"{"paymentForId":"order 2"}"#, ["paymentForId"]),
    ]

    @Test(arguments: contents)
    func fieldsThatDifferByValueAreTold(_ link: String, _ request: String, _ names: [String]) throws {
        let changes = LinkContent.changes(from: try Self.value(link), to: try Self.value(request))
        #expect(changes.map(\.name) == names)
    }

    @Test func oldAndNewValuesAreTold() throws {
        let changes = LinkContent.changes(
            from: try Self.value(#"{"amount":129,"taxId":"t"}"#), to: try Self.value(#"{"amount":12.9}"#))
        #expect(
            changes == [
                ContentChange(name: "amount", old: .number("129"), new: .number("12.9")),
                ContentChange(name: "taxId", old: .string("t"), new: nil),
            ])
    }
}
