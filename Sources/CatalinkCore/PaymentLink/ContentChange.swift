/// A field of a request that is not as the link carries it.
package struct ContentChange: Sendable, Equatable {
    /// `amount`, `customFields.colour`
    package var name: String
    /// What the link carries; `nil` where it has none.
    package var old: JSONValue?
    /// What today's row asks for.
    package var new: JSONValue?

    package init(name: String, old: JSONValue?, new: JSONValue?) {
        self.name = name
        self.old = old
        self.new = new
    }
}

extension LinkContent {
    /// Every field in which today's request differs by value from what a link carries, in the request's order, then what
    /// is not asked for any more. Catalink's own marker is no contents.
    package static func changes(from link: JSONValue, to request: JSONValue) -> [ContentChange] {
        let (old, new) = (fields(link), fields(request))
        let today = new.compactMap { field -> ContentChange? in
            let former = old.first { $0.name == field.name }?.value
            if let former, isEqual(former, field.value, in: field.name) { return nil }
            return ContentChange(name: field.name, old: former, new: field.value)
        }
        let gone = old.filter { field in !new.contains { $0.name == field.name } }
        return today + gone.map { ContentChange(name: $0.name, old: $0.value, new: nil) }
    }

    /// The members, those of custom fields each by itself.
    private static func fields(_ value: JSONValue) -> [(name: String, value: JSONValue)] {
        guard case .object(let members) = value else { return [] }
        return members.flatMap { member -> [(name: String, value: JSONValue)] in
            if member.value.isNull || isMarker(member) { return [] }
            guard member.name == "customFields", case .object(let custom) = member.value else {
                return [member]
            }
            return custom.map { ("customFields.\($0.name)", $0.value) }
        }
    }

    private static func isMarker(_ member: (name: String, value: JSONValue)) -> Bool {
        member.name == "paymentForId" && member.value.string.flatMap { Marker($0) } != nil
    }
}
