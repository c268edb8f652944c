package import CatalinkCore

/// Why a verb did not do what it was asked, and the exit status that says so.
package struct RunFailure: Error {
    package var status: ExitStatus
    package var message: String

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
