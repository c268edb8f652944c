/// Why a filter could not work on a value.
package struct FilterFailure: Error, Equatable {
    package var expected: String
    package var got: String
    package var hint: String?
    /// The column of the value, where it is not the first that the template names.
    package var slot: SlotChoice?

    package init(expected: String, got: String, hint: String? = nil) {
        self.expected = expected
        self.got = got
        self.hint = hint
    }
}
