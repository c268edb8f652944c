/// What a plan does about one item.
package enum PlanAction: String, Sendable, CaseIterable {
    /// A link is to be made, made in place of another, or changed.
    case create, replace, update
    /// The same request again.
    case again
    /// What became of an earlier send must be known first.
    case lookUp
    /// Nothing is sent.
    case unchanged, changed, rejected, held, duplicate
    /// The item has a link and no row.
    case missing
}
