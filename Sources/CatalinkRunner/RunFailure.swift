package import CatalinkCore
import CatalinkLedger
import CatalinkSandbox

/// Why a verb did not do what it was asked, and the exit status that says so.
package struct RunFailure: Error {
    package var status: ExitStatus
    package var messages: [String]

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        messages = [message]
    }

    /// What any error that comes out of the runner means for who started it.
    package init(_ error: any Error) {
        switch error {
        case let error as RunFailure: self = error
        case let error as CatalogError: self.init(.catalog, error.message)
        case let error as JobFileError:
            self.init(.configuration, "")
            messages = error.messages
        case let error as LedgerError: self.init(.configuration, "ledger: \(error.message)")
        case let error as SandboxError: self.init(.unexpected, "sandbox: \(error.message)")
        case is CancellationError: self.init(.interrupted, "interrupted")
        default:
            self.init(
                .unexpected,
                "catalink: expected to go on, got: \(String(describing: error).shown(limit: 300))")
        }
    }
}
