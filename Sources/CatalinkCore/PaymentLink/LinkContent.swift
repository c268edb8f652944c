/// Compares a request with what the server says of a link, by value: numbers as numbers, dates as moments, an address
/// by its slug, and absent as null.
package enum LinkContent {
    /// How `link` differs from the request `body`, a member each; empty where all that was asked for is there.
    ///
    /// Members that the server adds say nothing. One that it leaves out altogether is not held against it.
    package static func differences(of link: JSONValue, from body: JSONValue) -> [String] {
        guard case .object(let members) = body else { return ["body"] }
        return members.compactMap { member in
            guard let echoed = link[member.name] else { return nil }
            return isEqual(echoed, member.value, in: member.name) ? nil : member.name
        }
    }

    package static func isEqual(_ link: JSONValue, to body: JSONValue) -> Bool {
        differences(of: link, from: body).isEmpty
    }

    /// Whether a link has this slug, by its own or its full address.
    package static func hasSlug(_ slug: String, _ link: JSONValue) -> Bool {
        guard !slug.isEmpty, let url = link["url"]?.string else { return false }
        return slugs(of: url).contains(slug)
    }

    /// What an address may be the slug of: itself, or what stands behind the host of a full one.
    static func slugs(of url: String) -> [String] {
        guard let scheme = url.firstRange(of: "://") else { return [url] }
        let rest = url[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return [url] }
        return [url, String(rest[rest.index(after: slash)...])]
    }

    static func isEqual(_ echoed: JSONValue, _ asked: JSONValue, in member: String) -> Bool {
        switch (member, echoed, asked) {
        case ("url", .string(let url), .string(let slug)): url == slug || url.hasSuffix("/\(slug)")
        case ("expiration_date", .string(let first), .string(let second)):
            moment(first) == moment(second) && moment(second) != nil
        case ("currency", .string(let first), .string(let second)): first.lowercased() == second.lowercased()
        case ("amount", .string(let text), .number): FixedDecimal(text) == asked.decimal
        default: isEqual(echoed, asked)
        }
    }

    private static func moment(_ text: String) -> Int64? {
        TimeFormat.iso8601(Array(text.utf8))?.seconds
    }

    private static func isEqual(_ echoed: JSONValue, _ asked: JSONValue) -> Bool {
        switch (echoed, asked) {
        case (.number, .number): echoed.decimal == asked.decimal
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy { isEqual($0, $1) }
        case (.object, .object(let members)):
            members.allSatisfy { member in
                isEqual(echoed[member.name] ?? .null, member.value)
            }
        // Text is compared in its composed form: Swift's equality is canonical equivalence.
        default: echoed == asked
        }
    }
}

/// The body of a `PUT` that makes a link carry other contents.
package enum LinkUpdate {
    /// - Parameters:
    ///   - old: the request that the link was made of.
    ///   - new: today's canonical request.
    /// - Returns: `nil` where the slug or the type differ, which the API cannot change.
    package static func body(from old: [UInt8], to new: [UInt8], slugOfLink: String) -> [UInt8]? {
        guard let before = try? JSONValue(parsing: old), let after = try? JSONValue(parsing: new),
            case .object(let formerly) = before, case .object(let today) = after
        else { return nil }
        guard after["url"]?.string == slugOfLink, before["linkType"] == after["linkType"] else { return nil }
        var members = today.filter { !fixed.contains($0.name) }
        // What is not wanted any more is taken back by name.
        for member in formerly where after[member.name] == nil && !fixed.contains(member.name) {
            members.append((member.name, .null))
        }
        return JSONValue.object(members).bytes
    }

    private static let fixed: Set<String> = ["url", "linkType", "paymentForId"]
}

extension JSONValue {
    /// The object that a partial update makes of this one: members set, and taken away where they are null.
    package func updated(by changes: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let changed) = changes else { return self }
        for change in changed {
            members.removeAll { $0.name == change.name }
            if !change.value.isNull { members.append(change) }
        }
        return .object(members)
    }
}
