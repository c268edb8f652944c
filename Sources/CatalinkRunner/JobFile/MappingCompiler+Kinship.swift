import CatalinkCore
import CatalinkRead

/// What records take from each other: `fillDown`, `parent` and `unfold`.
extension MappingCompiler {
    enum Reach: String, CaseIterable {
        case neighbours
        case file
    }

    static let fillDownNames = ["by", "columns", "reach"]
    static let parentNames = ["of", "is", "columns", "optional", "where"]
    static let unfoldNames = ["columns", "separator"]

    mutating func kinship(_ job: Section) -> Job.Kinship {
        var kinship = Job.Kinship()
        fillDown(job, &kinship)
        if let parent = parent(job) { kinship.inheritances.append(parent) }
        kinship.unfolding = unfolding(job)
        return kinship
    }

    private mutating func fillDown(_ job: Section, _ kinship: inout Job.Kinship) {
        guard let section = job.section("fillDown", known: Self.fillDownNames),
            let slots = slots("columns", section)
        else { return }
        let by = section.text("by").map { columns.slot(of: $0.text, at: $0.place) }
        switch section.choice("reach") ?? Reach.neighbours {
        case .neighbours: kinship.fillDown = (by, slots)
        case .file:
            guard section.required("by") != nil, let by else { return }
            kinship.inheritances.append(Inheritance(siblingsBy: by, columns: slots))
        }
    }

    private mutating func parent(_ job: Section) -> Inheritance? {
        guard let section = job.section("parent", known: Self.parentNames),
            let of = section.required("of").flatMap({ section.text($0, "parent.of") }),
            let name = section.required("is"), let slots = slots("columns", section)
        else { return nil }
        var names = [name]
        if case .sequence(let several) = name.content { names = several }
        let templates = names.compactMap { template($0, "parent.is", section) }
        return Inheritance(
            childrenBy: columns.slot(of: of.text, at: of.place), parentsBy: templates, columns: slots,
            isOptional: section.flag("optional") ?? false,
            condition: section.node("where").map { condition($0, "parent.where", hasKey: false) })
    }

    private mutating func unfolding(_ job: Section) -> Unfolding? {
        guard let section = job.section("unfold", known: Self.unfoldNames),
            let slots = slots("columns", section)
        else { return nil }
        let separator: String? = section.value("separator", expected: "some text") { $0.isEmpty ? nil : $0 }
        return Unfolding(columns: slots, separator: Array((separator ?? ",").utf8))
    }

    private mutating func slots(_ name: String, _ section: Section) -> [Int]? {
        guard section.required(name) != nil, let list = section.list(name) else { return nil }
        return list.map { columns.slot(of: $0.text, at: $0.place) }
    }
}
