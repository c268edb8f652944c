/// Rules that the API itself does not state; a job says of each whether breaking it is an error, a warning or nothing.
package enum PolicyRule: String, Sendable, CaseIterable {
    /// An expiry before the run.
    case pastExpiry
    /// `collectTax` without `taxId`, or the reverse.
    case taxPair
    /// `limitPayments` without `maxPayments`, or the reverse.
    case limitPair
    /// Products beside `isForAllProduct`.
    case productPair
    /// A product or a subscription that has no amount.
    case amountPair
    /// More decimals than two in an amount.
    case decimals
    /// Columns of costs or margins in what payers may see.
    case costColumns
    /// A link type that only some sources name: INVOICE, COLLECTION.
    case linkTypes
    /// A cover image without `https`, with a user in its address, or on a private network.
    case imageAddress
    /// A cover image whose name does not end as images' do.
    case imageForm
    /// A slug of more than lower-case letters, digits and single inner hyphens.
    case slugForm
    /// A slug longer than 60 characters.
    case slugLength
    /// A slug that a link of another job of the account has.
    case accountSlug
    /// HTML in a description, which is markdown, or a link in it that leads nowhere.
    case markdown
}

package enum PolicyLevel: String, Sendable, CaseIterable {
    /// The row is not sent.
    case error
    /// The row is sent, and the matter told.
    case warning
    case off
}

/// How each rule is taken.
package struct PolicyLevels: Sendable {
    private var levels: [PolicyRule: PolicyLevel] = [:]
    private static let warned: Set<PolicyRule> = [
        .amountPair, .imageForm, .slugForm, .slugLength, .markdown,
    ]

    package init() {}

    /// All of these off.
    package init(off rules: some Sequence<PolicyRule>) {
        for rule in rules { levels[rule] = .off }
    }

    package subscript(rule: PolicyRule) -> PolicyLevel {
        get { levels[rule] ?? (Self.warned.contains(rule) ? .warning : .error) }
        set { levels[rule] = newValue }
    }
}
