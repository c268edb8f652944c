/// What this command calls itself.
enum Version {
    static let number = "0.1.0"
    /// `git archive` writes commit and date here (.gitattributes beside this file); a working copy has neither.
    private static let commit = "$Format:%h$"
    private static let date = "$Format:%cs$"

    static var text: String {
        "catalink \(number) " + (commit.hasPrefix("$") ? "(development build)" : "(\(commit), \(date))")
    }
}
