import CatalinkCore

/// What a fix file says of one row.
struct FixNotes {
    var item = ""
    var problem = ""
    var field = ""
    var place = ""

    /// One text a column of `FixColumn`.
    var values: [[UInt8]] {
        FixColumn.allCases.map { column in
            switch column {
            case .item: Array(item.utf8)
            case .problem: Array(problem.utf8)
            case .field: Array(field.utf8)
            case .place: Array(place.utf8)
            }
        }
    }

    /// - Parameters:
    ///   - row: what the run said.
    ///   - mapped: what is made of the row, which tells fields and places.
    init(_ row: RowToFix, _ mapped: [MappedPair], _ location: Location, _ mapping: RowMapping) {
        let problems = mapped.flatMap(\.problems)
        let others = row.pairs.filter { $0.verdict != .invalid }
        var texts = Self.texts(mapped, ofAll: row.pairs.count > 1)
        texts += others.map(Self.text)
        problem = texts.unique.joined(separator: "; ")
        if problem.isEmpty { problem = row.pairs.compactMap(\.error).unique.joined(separator: "; ") }
        let fields = problems.compactMap(\.location.field) + others.compactMap { $0.field(mapping) }
        field = fields.unique.joined(separator: ", ")
        let first = problems.first?.location
        place = location.withPosition(of: first).description
        // The key of one that another row has too may be changed.
        guard !row.pairs.contains(where: \.isDuplicateKey) else { return }
        let keys = row.pairs.compactMap(\.key)
        guard let key = keys.first else { return }
        item = ItemName(key: key, segments: row.pairs.map(\.segment)).text
    }

    /// Problems that some segments have and others have not are told with their segment.
    private static func texts(_ mapped: [MappedPair], ofAll isOfSeveral: Bool) -> [String] {
        let all = mapped.map { $0.problems.map(\.explanation) }
        return zip(mapped, all).flatMap { pair, texts in
            texts.map { text in
                guard isOfSeveral, let segment = pair.item?.segment, !segment.isEmpty,
                    !all.allSatisfy({ $0.contains(text) })
                else { return text }
                return "\(segment.text.shown()): \(text)"
            }
        }
    }

    private static func text(_ pair: RowToFix.Pair) -> String {
        let error = pair.error ?? "no reason is known"
        switch pair.verdict {
        case .duplicate where pair.isDuplicateKey:
            let key = (pair.key ?? []).text.quoted
            return
                "key: \(key): \(error.dropFirst("key: ".count)) (leave out all but one, or give each its own key)"
        case .rejected: return "rejected: \(error)"
        default: return error
        }
    }
}

extension FixNotes {
    /// Of a row whose problems are all that is to be said.
    init(_ problems: [Problem], _ location: Location) {
        problem = problems.map(\.explanation).unique.joined(separator: "; ")
        field = problems.compactMap(\.location.field).unique.joined(separator: ", ")
        place = location.withPosition(of: problems.first?.location).description
    }
}

extension MappedPair {
    var problems: [Problem] {
        if case .invalid(_, _, let problems) = self { return problems }
        return []
    }
}

extension Location {
    /// The row's file and line, with the line and column of what is wrong in it.
    fileprivate func withPosition(of other: Location?) -> Location {
        var place = self
        if let other { (place.line, place.column) = (other.line, other.column) }
        place.field = nil
        return place
    }
}

extension [String] {
    /// Each text where it comes first.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension RowToFix.Pair {
    /// The column that a verdict is about, as far as its words tell.
    fileprivate func field(_ mapping: RowMapping) -> String? {
        let subject = (error ?? "").prefix { $0.isLetter || $0 == "_" }
        let template = subject == "key" ? mapping.key : mapping.link.template(of: String(subject))
        let slot = subject == "amount" ? mapping.pricing?.price.firstSlot : template?.firstSlot
        return slot.map { mapping.columns.names[$0.first] }
    }
}

extension LinkMapping {
    /// What a field of the request is made of.
    fileprivate func template(of field: String) -> Template? {
        switch field {
        case "title": title
        case "url", "slug": url
        case "description": description
        case "linkType": linkType
        case "currency": currency
        case "coverImage": coverImage
        case "products", "productId": products.first?.productID
        case "customerId": customerID
        case "taxId": taxID
        case "maxPayments": maxPayments
        case "expiration_date": expiration
        default: nil
        }
    }
}
