import CatalinkCore
import CatalinkDispatch
import CatalinkLedger
import CatalinkTransport

extension Job {
    /// The budget of the job's key, which all processes of this machine share.
    func sharedBudget(_ directory: StateDirectory, _ credentials: Credentials) throws -> any RateBudget {
        try SharedRateBudget(
            SharedRateBudget.Store(path: directory.budget), origin: identity.origin,
            key: credentials.keyDigest,
            pacing)
    }

    /// The budget against a sandbox that serves this run alone, by this process's own clock.
    func ownBudget() -> any RateBudget {
        var settings = pacing
        settings.skew = .milliseconds(10)
        return ProcessRateBudget(settings)
    }

    private var pacing: Pacer.Settings {
        Pacer.Settings(
            limits.rates, raises: limits.mayRaise, maxWait: limits.maxWait,
            lifetime: limits.timeout + .seconds(1))
    }
}
