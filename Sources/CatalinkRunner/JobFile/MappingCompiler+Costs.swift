import CatalinkCore

/// What a shop pays itself stays out of links: payers may see all that they carry.
extension MappingCompiler {
    /// Takes note of the columns that a rule or a guard reads a cost from.
    mutating func note(cost: Operand) {
        guard case .template(let template) = cost else { return }
        costSlots.formUnion(template.slots)
    }

    func checkCosts(_ link: LinkMapping, _ policies: PolicyLevels) {
        guard policies[.costColumns] == .error else { return }
        for (subject, template) in link.shown {
            for slot in template.slots
            where costSlots.contains(slot) || CostColumn.isNamed(columns.names[slot]) {
                diagnostics.add(
                    template.place, "link.\(subject)", expected: "columns that payers may see",
                    got: columns.names[slot].quoted,
                    hint: "it looks like a cost or a margin; `policy.allow: [costColumns]` lets it through")
            }
        }
    }
}

extension LinkMapping {
    /// What payers may see as text.
    fileprivate var shown: [(subject: String, template: Template)] {
        let texts = [("title", title), ("url", url)]
        let more = [("description", description), ("paymentForId", paymentForID)].compactMap {
            name, template in
            template.map { (name, $0) }
        }
        return texts + more + customFields.map { ("customFields.\($0.name.text)", $0.value) }
    }
}
