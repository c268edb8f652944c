import CatalinkCore

/// How payments are read.
extension JobSchema {
    static let conversion = Schema.mapping([
        "id": .template.about(
            "What a payment is known by; without one it is known by link, amount, currency and time."),
        "link_id": .template.about("The API's id of the link that was paid."),
        "url": .template.about("The link's address."),
        "slug": .template.about("The link's slug."),
        "reference": .template.about("The link's `paymentForId`."),
        "amount": .template.about("What was paid; negative for a refund."),
        "currency": .template.about("A code such as EUR or USDC."),
        "time": .template.about("When it was paid, by RFC 3339."),
        "unix": Schema.choice(ConversionMapping.Unix.self).about(
            "That `time` counts these since 1970."),
        "source": conversionSource,
    ])
    .about(
        "How the rows of payments are read: a template for each part; the column of its name unless it is said."
    )

    static let conversionSource = Schema.mapping(
        of: JobFile.conversionSourceNames.map { ($0, part(of: source, $0)) }
    )
    .about("What files of payments are, as `source` says it of a catalog.")

    /// What another mapping says of a name.
    private static func part(of schema: Schema, _ name: String) -> Schema {
        guard case .object(let parts)? = schema.json["properties"]?[name] else { return .text }
        return Schema(parts)
    }
}
