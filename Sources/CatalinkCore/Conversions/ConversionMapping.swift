/// Where the parts of a payment stand in a row of a source.
package struct ConversionMapping: Sendable {
    /// Times that are counted from 1970-01-01T00:00:00Z.
    package enum Unix: String, Sendable, CaseIterable {
        case seconds, milliseconds
    }

    package var columns: ColumnUses
    /// `nil` where payments are known by what they say.
    package var id: Template?
    /// The first that has text names the link.
    package var links: [(name: LinkName, template: Template)]
    package var amount: Template
    package var currency: Template
    package var time: Template
    package var unix: Unix?

    package init(
        columns: ColumnUses, id: Template?, links: [(name: LinkName, template: Template)], amount: Template,
        currency: Template, time: Template, unix: Unix? = nil
    ) {
        self.columns = columns
        self.id = id
        self.links = links
        self.amount = amount
        self.currency = currency
        self.time = time
        self.unix = unix
    }

    /// Where columns stand that no job names; a table without them is looked at by `missing`.
    package static let standardPlace = JobPlace(line: 1, column: 1, preset: "conversion")

    /// Columns that go without mapping and that a table lacks, each as a message would ask for it.
    package func missing(_ isThere: (String) -> Bool) -> [String] {
        func lacks(_ template: Template) -> Bool {
            template.place == Self.standardPlace && !template.slots.contains { isThere(columns.names[$0]) }
        }
        var missing: [String] = []
        if links.allSatisfy({ lacks($0.template) }) {
            missing.append(LinkName.allCases.map(\.rawValue).joined(separator: " or "))
        }
        for (name, template) in [("amount", amount), ("currency", currency), ("time", time)] {
            if lacks(template) { missing.append(name) }
        }
        return missing
    }
}
