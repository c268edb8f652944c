package import CatalinkCore
import CatalinkLedger
import CatalinkSandbox

/// What an error from the ledger or the sandbox means for who started the run.
package enum LedgerFailure {
    package static func status(_ error: any Error) -> ExitStatus {
        error is LedgerError ? .configuration : .unexpected
    }

    package static func message(_ error: any Error) -> String {
        switch error {
        case let error as LedgerError: "ledger: \(error.message)"
        case let error as SandboxError: "sandbox: \(error.message)"
        default: "catalink: expected to go on, got: \(String(describing: error).shown(limit: 300))"
        }
    }
}
