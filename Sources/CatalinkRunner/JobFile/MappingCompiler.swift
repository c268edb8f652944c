import CatalinkCore
import CatalinkRead

/// Compiles the parts of a job file that stages 2 to 4 run on: templates, conditions, rules.
struct MappingCompiler {
    let diagnostics: JobDiagnostics
    var columns = ColumnUses()
    var names = TemplateNames()
    private var hasSegments = false
    /// Columns that a rule or a guard reads a cost from.
    var costSlots: Set<Int> = []
    var maxChange: LargestChange?

    static let linkNames = [
        "title", "url", "description", "linkType", "currency", "coverImage", "products",
        "allowQuantityAdjustment",
        "allowMobilePayment", "collectTax", "collectAddress", "customerId", "isForAllProduct", "taxId",
        "limitPayments", "maxPayments", "customFields", "expiration_date", "paymentForId",
    ]

    init(_ diagnostics: JobDiagnostics) {
        self.diagnostics = diagnostics
    }

    mutating func mapping(_ job: Section) -> RowMapping? {
        tables(job)
        hasSegments = job.node("segments") != nil || job.node("segment") != nil
        fields(job)
        let segments = self.segments(job)
        let condition = job.node("where").map { self.condition($0, "where", hasKey: false) }
        let key = job.required("key").flatMap { template($0, "key", job) }
        let link = job.required("link").flatMap { _ in self.link(job) }
        let pricing = job.node("pricing").flatMap { _ in self.pricing(job) }
        guard let key, var link else { return nil }
        if let pricing { checkConversion(job, pricing, link) }
        addTracking(job, to: &link)
        var mapping = RowMapping(columns: columns, key: key, segments: segments, link: link)
        mapping.condition = condition
        mapping.pricing = pricing
        mapping.bundling = bundling(job)
        return mapping
    }

    /// `allow` takes rules off, `rules` says of each how it is taken.
    func policies(_ policy: Section?) -> PolicyLevels {
        var levels = PolicyLevels()
        let known = PolicyRule.allCases.map(\.rawValue)
        for (text, place) in policy?.list("allow") ?? [] {
            if let rule = PolicyRule(rawValue: text) {
                levels[rule] = .off
            } else {
                diagnostics.add(
                    place, "policy.allow", expected: known.joined(separator: ", "), got: text.quoted,
                    hint: NearestName.nearest(to: text, among: known).map { "did you mean \($0)?" })
            }
        }
        guard let rules = policy?.section("rules", known: known) else { return levels }
        for rule in PolicyRule.allCases {
            if let level: PolicyLevel = rules.choice(rule.rawValue) { levels[rule] = level }
        }
        return levels
    }

    // MARK: Templates

    mutating func template(_ node: YAMLNode, _ subject: String, _ section: Section) -> Template? {
        section.text(node, subject).flatMap { compile($0.text, subject, at: $0.place) }
    }

    private mutating func compile(_ text: String, _ subject: String, at place: JobPlace) -> Template? {
        do throws(TemplateError) {
            return try Template(
                text, at: place, columns: &columns, hasSegments: hasSegments, names: names)
        } catch {
            diagnostics.add(place, subject, expected: error.expected, got: error.got, hint: error.hint)
            return nil
        }
    }

    mutating func template(_ name: String, _ section: Section) -> Template? {
        section.node(name).flatMap { template($0, section.subject(name), section) }
    }

    private mutating func segments(_ job: Section) -> RowMapping.Segments {
        if let list = job.list("segments") {
            if let node = job.node("segment") {
                diagnostics.add(node.place, "segment", expected: "`segments:` or `segment:`", got: "both")
            }
            if list.isEmpty, let node = job.node("segments") {
                diagnostics.add(
                    node.place, "segments", expected: "at least one segment", got: "an empty list")
            }
            hasSegments = true
            var seen: Set<String> = []
            for (text, place) in list where text.isEmpty || !seen.insert(text).inserted {
                diagnostics.add(place, "segments", expected: "different names", got: text.quoted)
            }
            return .list(list.map { Array($0.text.utf8) })
        }
        hasSegments = false
        guard let template = template("segment", job) else { return .none }
        hasSegments = true
        return .template(template)
    }

    static let bundleNames = ["amount"]

    private func bundling(_ job: Section) -> Bundling? {
        job.section("bundle", known: Self.bundleNames).map { section in
            Bundling(amount: section.choice("amount") ?? .same, place: section.place)
        }
    }

    // MARK: Link

    private mutating func link(_ job: Section) -> LinkMapping? {
        guard let section = job.section("link", known: Self.linkNames) else { return nil }
        let title = section.required("title").flatMap { template($0, "link.title", section) }
        let url = section.required("url").flatMap { template($0, "link.url", section) }
        guard let title, let url else { return nil }
        var link = LinkMapping(title: title, url: url)
        link.description = template("description", section)
        link.linkType = template("linkType", section)
        link.currency = template("currency", section)
        link.coverImage = template("coverImage", section)
        link.allowQuantityAdjustment = template("allowQuantityAdjustment", section)
        link.allowMobilePayment = template("allowMobilePayment", section)
        link.collectTax = template("collectTax", section)
        link.collectAddress = template("collectAddress", section)
        link.customerID = template("customerId", section)
        link.isForAllProduct = template("isForAllProduct", section)
        link.taxID = template("taxId", section)
        link.limitPayments = template("limitPayments", section)
        link.maxPayments = template("maxPayments", section)
        link.expiration = template("expiration_date", section)
        link.paymentForID = template("paymentForId", section)
        link.products = products(section)
        link.customFields = customFields(section)
        return link
    }

    static let productNames = ["each", "productId", "quantity"]

    private mutating func products(_ link: Section) -> [LinkMapping.Product] {
        guard let node = link.node("products") else { return [] }
        guard case .sequence(let nodes) = node.content else {
            diagnostics.add(node.place, "link.products", expected: "a list", got: node.kind)
            return []
        }
        var products: [LinkMapping.Product] = []
        for node in nodes {
            guard
                let section = Section(
                    node, path: "link.products", known: Self.productNames, diagnostics)
            else { continue }
            let each = template("each", section)
            names.hasEach = each != nil
            defer { names.hasEach = false }
            guard
                let id = section.required("productId").flatMap({
                    template($0, "link.products.productId", section)
                })
            else { continue }
            products.append(
                LinkMapping.Product(each: each, productID: id, quantity: template("quantity", section)))
        }
        return products
    }

    private mutating func customFields(_ link: Section) -> [(name: [UInt8], value: Template)] {
        guard let node = link.node("customFields") else { return [] }
        guard case .mapping(let entries) = node.content else {
            diagnostics.add(node.place, "link.customFields", expected: "a mapping", got: node.kind)
            return []
        }
        var fields: [(name: [UInt8], value: Template)] = []
        for entry in entries {
            guard let value = template(entry.value, "link.customFields.\(entry.name.shown())", link) else {
                continue
            }
            fields.append((Array(entry.name.utf8), value))
        }
        return fields.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    static let trackingNames = ["source", "medium", "campaign"]

    private mutating func addTracking(_ job: Section, to link: inout LinkMapping) {
        guard let section = job.section("tracking", known: Self.trackingNames) else { return }
        for name in Self.trackingNames {
            guard let value = template(name, section) else { continue }
            link.customFields.append((Array("tracking_\(name)".utf8), value))
        }
        link.customFields.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }

    // MARK: Conditions

    mutating func condition(_ node: YAMLNode, _ subject: String, hasKey: Bool) -> Condition {
        guard case .mapping(let entries) = node.content else {
            diagnostics.add(node.place, subject, expected: "columns and what they must be", got: node.kind)
            return Condition(tests: [])
        }
        var tests: [Condition.Test] = []
        for entry in entries {
            let subject = "\(subject).\(entry.name.shown())"
            guard let predicate = predicate(entry.value, subject, mayHaveReason: !hasKey) else { continue }
            var template = entry.name.contains("{{") ? compile(entry.name, subject, at: entry.place) : nil
            template = template ?? names.fields[entry.name]
            let tested: Subject =
                if let template {
                    template.firstSubject ?? .segment
                } else if entry.name == "key", hasKey {
                    .key
                } else if entry.name == "segment", hasSegments {
                    .segment
                } else {
                    .column(columns.slot(of: entry.name, at: entry.place))
                }
            let reason = reason(entry.value, subject) ?? "\(entry.name.shown()) \(predicate.failing)"
            tests.append(
                Condition.Test(
                    subject: tested, predicate: predicate, place: entry.place, reason: reason,
                    template: template))
        }
        return Condition(tests: tests)
    }

    static let predicateNames = ["eq", "in", "glob", "min", "max", "above", "below", "empty", "not"]

    /// What a test says itself of the rows that fail it.
    private func reason(_ node: YAMLNode, _ subject: String) -> String? {
        guard case .mapping(let entries) = node.content,
            let entry = entries.first(where: { $0.name == "reason" })
        else { return nil }
        guard case .scalar(let text, _) = entry.value.content, text.contains(where: { !$0.isWhitespace }),
            !entry.value.isNull
        else {
            diagnostics.add(entry.place, subject, expected: "a reason in words", got: entry.value.kind)
            return nil
        }
        return text
    }

    private func predicate(_ node: YAMLNode, _ subject: String, mayHaveReason: Bool = false) -> Predicate? {
        switch node.content {
        case .scalar where node.isNull:
            diagnostics.add(
                node.place, subject, expected: "what it must be", got: "nothing",
                hint: "`{empty: true}` asks for no text; without a value an entry only takes a preset's away")
            return nil
        case .scalar(let text, _): return .equals(Array(text.utf8))
        case .sequence(let nodes): return list(nodes, of: node, subject).map { .isOneOf($0) }
        case .mapping(let entries):
            guard entries.allSatisfy({ $0.name == "reason" }) else { break }
            diagnostics.add(
                node.place, subject, expected: "a test, such as `eq:` or `empty:`",
                got: entries.isEmpty ? "an empty mapping" : "only a reason")
            return nil
        }
        let known = Self.predicateNames + (mayHaveReason ? ["reason"] : [])
        guard let section = Section(node, path: subject, known: known, diagnostics) else { return nil }
        var predicates: [Predicate] = []
        if let text = section.text("eq") { predicates.append(.equals(Array(text.text.utf8))) }
        if let node = section.node("in"), let texts = section.list("in") {
            if texts.isEmpty { refuseNone(node, "\(subject).in") }
            predicates.append(.isOneOf(texts.map { Array($0.text.utf8) }))
        }
        if let node = section.node("glob"), case .sequence(let nodes) = node.content {
            guard let patterns = list(nodes, of: node, "\(subject).glob") else { return nil }
            predicates.append(.matchesOne(of: patterns))
        } else if let text = section.text("glob") {
            predicates.append(.matches(Array(text.text.utf8)))
        }
        predicates += ranges(section)
        if let flag = section.flag("empty") { predicates.append(.isEmpty(flag)) }
        if let other = section.node("not"), let inner = predicate(other, "\(subject).not") {
            predicates.append(.not(inner))
        }
        return predicates.count == 1 ? predicates[0] : .all(predicates)
    }

    func ranges(_ section: Section) -> [Predicate] {
        var predicates: [Predicate] = []
        let (minimum, maximum) = (section.decimal("min"), section.decimal("max"))
        if minimum != nil || maximum != nil {
            predicates.append(.between(minimum: minimum, maximum: maximum))
        }
        let (above, below) = (section.decimal("above"), section.decimal("below"))
        if above != nil || below != nil { predicates.append(.inside(above: above, below: below)) }
        return predicates
    }

    /// A list of which a value must be one; `nil` for one without entries, which nothing passes.
    private func list(_ nodes: [YAMLNode], of node: YAMLNode, _ subject: String) -> [[UInt8]]? {
        guard !nodes.isEmpty else {
            refuseNone(node, subject)
            return nil
        }
        return nodes.compactMap { bytes($0, subject) }
    }

    private func refuseNone(_ node: YAMLNode, _ subject: String) {
        diagnostics.add(
            node.place, subject, expected: "at least one value", got: "an empty list",
            hint: "it would be the same for every row")
    }

    private func bytes(_ node: YAMLNode, _ subject: String) -> [UInt8]? {
        guard case .scalar(let text, _) = node.content else {
            diagnostics.add(node.place, subject, expected: "text", got: node.kind)
            return nil
        }
        return Array(text.utf8)
    }
}
