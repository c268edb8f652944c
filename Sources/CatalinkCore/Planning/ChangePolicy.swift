/// What a job wants done about a row whose link carries other contents.
package enum ChangePolicy: String, Sendable, CaseIterable {
    /// Nothing is sent; the run ends with 2.
    case report
    /// Nothing is sent.
    case keep
    /// A new link is made, then the old one retired.
    case replace
    /// The link itself is changed, where its slug and type stay.
    case update
}
