import CatalinkCore
import CatalinkLedger

/// One line of `plan --diff`.
extension StagedChange {
    private enum Kind: String {
        case new, changed, missing
        /// Sent before, and perhaps made.
        case unknown
    }

    private var kind: Kind {
        switch staged.action {
        case .missing: .missing
        case _ where hasLink: .changed
        case .lookUp, .again: .unknown
        default: .new
        }
    }

    /// `+` new, `~` changed, `-` missing, `?` sent before without an answer.
    var text: String {
        let item = staged.item.shown
        let price = staged.price.amount.map { "\($0.asMoney) \(staged.price.currency)" } ?? "no amount"
        switch kind {
        case .new: return "+ \(item) \(price) \(title.brief) \(place)"
        case .unknown: return "? \(item) \(price) \(title.brief) \(place)"
        case .missing: return "- \(item) still sells at \(price) \(title.brief)"
        case .changed:
            let fields = (changes ?? []).map {
                "\($0.name): \($0.old.shown($0.name)) → \($0.new.shown($0.name))"
            }
            return "~ \(item) " + (fields.isEmpty ? "other contents" : fields.joined(separator: ", "))
                + " \(place)"
        }
    }

    private var place: String { "(\(staged.location.file):\(staged.location.line))" }

    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("change", .string(kind.rawValue)), ("action", .string(staged.action.rawValue)),
            ("key", .string(staged.item.key.text)), ("segment", .string(staged.item.segment.text)),
            ("amount", .optional(staged.price.amount?.plain)), ("currency", .string(staged.price.currency)),
            ("title", .string(title)),
        ]
        if kind == .changed {
            let fields = (changes ?? []).map { change in
                (
                    name: change.name,
                    value: JSONValue.object([
                        ("old", change.old ?? .null), ("new", change.new ?? .null),
                    ])
                )
            }
            members.append(("fields", .object(fields)))
        }
        if kind != .missing {
            members += [("file", .string(staged.location.file)), ("line", .integer(staged.location.line))]
        }
        return .object(members)
    }
}

extension String {
    fileprivate var brief: String { "\"\(shown(limit: 60))\"" }
}

extension JSONValue? {
    fileprivate func shown(_ name: String) -> String {
        guard let self else { return "none" }
        if name == "amount", let amount = self.decimal { return amount.asMoney }
        return self.string.map(\.brief) ?? self.bytes.text.shown(limit: 60)
    }
}
