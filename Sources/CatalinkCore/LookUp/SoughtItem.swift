/// An item whose fate is unknown, as a walk over the list looks for it.
package struct SoughtItem: Sendable {
    package struct Content: Sendable {
        package var slug: String
        package var body: JSONValue

        package init(slug: String, body: JSONValue) {
            self.slug = slug
            self.body = body
        }
    }

    package var number: Int
    package var item: ItemKey
    package var generation: Int
    package var attempt: Int
    /// By its marker, where requests carry one.
    package var marker: Marker?
    /// Of every create of this generation that may have made a link.
    package var contents: [Content]
    /// The link that an update was sent to; `nil` for a create.
    package var linkID: String?
    package var firstSentAt: Timestamp
    package var lastSentAt: Timestamp
    /// Of the server's clock from ours at the first send, where it was known.
    package var firstOffset: Duration?
    /// What the last answer said.
    package var message: String?
    /// The body of an update.
    package var update: JSONValue?
    /// Whether the only send of this try was refused with words that a look-up had to check.
    package var wasRefused = false

    package init(
        number: Int, item: ItemKey, generation: Int, attempt: Int, marker: Marker?, contents: [Content],
        linkID: String?, firstSentAt: Timestamp, lastSentAt: Timestamp, message: String?
    ) {
        self.number = number
        self.item = item
        self.generation = generation
        self.attempt = attempt
        self.marker = marker
        self.contents = contents
        self.linkID = linkID
        self.firstSentAt = firstSentAt
        self.lastSentAt = lastSentAt
        self.message = message
    }

    /// Whether a link is this item's: by its marker, else by slug and content against any of its requests.
    package func isOurs(_ link: ListedLink) -> Bool {
        if let marker, let found = link.marker { return found == marker }
        return contents.contains { content in
            LinkContent.hasSlug(content.slug, link.json) && LinkContent.isEqual(link.json, to: content.body)
        }
    }

    /// How the link that was found differs from the latest request.
    package func mismatch(with link: ListedLink) -> String? {
        guard let latest = contents.last else { return nil }
        let differences = LinkContent.differences(of: link.json, from: latest.body)
        return differences.isEmpty ? nil : differences.joined(separator: ", ") + " differ"
    }
}

/// What walks have found of sought items; asked once two have ended.
package struct LookUp: Sendable {
    package private(set) var found: [Int: ListedLink] = [:]
    /// Items whose slug another link has, by the other link's id.
    package private(set) var inTheWay: [Int: String] = [:]
    private let items: [SoughtItem]
    private let byMarker: [Marker: Int]
    private let bySlug: [String: [Int]]

    package init(_ items: [SoughtItem]) {
        self.items = items
        var markers: [Marker: Int] = [:]
        var slugs: [String: [Int]] = [:]
        for (index, item) in items.enumerated() where item.linkID == nil {
            if let marker = item.marker { markers[marker] = index }
            for slug in Set(item.contents.map(\.slug)) { slugs[slug, default: []].append(index) }
        }
        byMarker = markers
        bySlug = slugs
    }

    package mutating func take(_ page: [ListedLink]) {
        for link in page {
            if let index = link.marker.flatMap({ byMarker[$0] }) {
                found[items[index].number] = found[items[index].number] ?? link
            } else {
                for index in link.slugs.flatMap({ bySlug[$0] ?? [] }) { take(link, for: items[index]) }
            }
        }
    }

    private mutating func take(_ link: ListedLink, for item: SoughtItem) {
        if item.isOurs(link) {
            found[item.number] = found[item.number] ?? link
        } else {
            inTheWay[item.number] = link.id
        }
    }
}
