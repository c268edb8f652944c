import CatalinkCore
import CatalinkDispatch
import CatalinkTransport

/// Whether the API answers, knows the key, and tells the time that this machine has: one request of the job's budget.
struct APIExamination {
    private let job: Job
    private let environment: RunEnvironment
    private let isPaused: Bool
    /// `Date` has whole seconds and the answer was some time on its way.
    private static let mostSkew: Duration = .seconds(3)

    init(_ job: Job, _ environment: RunEnvironment, isPaused: Bool) {
        self.job = job
        self.environment = environment
        self.isPaused = isPaused
    }

    func findings() async -> [Finding] {
        guard case .api(let target) = job.destination else {
            return [.ok(.api, "served inside the run, not asked")]
        }
        guard !isPaused else { return [.warning(.api, "\(target.base): not asked while the job is paused")] }
        do {
            let result = try await HandWork(job, environment).withWire { try await $0.health() }
            guard let answer = result?.answer else {
                let reason = result?.reason ?? "no answer"
                throw RunFailure(
                    .unreachable,
                    "\(target.base): expected an answer, got: \(reason.shown()) (network, proxy, certificates?)"
                )
            }
            return [api(answer, target.base)] + clock(answer)
        } catch {
            return [.trouble(.api, error)]
        }
    }

    private func api(_ answer: Answer, _ base: String) -> Finding {
        if answer.isSuccess { return .ok(.api, "\(base): answers with \(answer.status)") }
        let text = "\(base): expected a healthy API, got: \(answer.said.shown())"
        if answer.isAboutTheKey { return .trouble(.api, .credentials, "\(text) (look at key and secret)") }
        if answer.status == 429 { return .warning(.api, "\(text) (others use the same key)") }
        if answer.isTransient { return .trouble(.api, .unreachable, text) }
        return .warning(.api, text)
    }

    private func clock(_ answer: Answer) -> [Finding] {
        guard let date = answer.serverDate else { return [] }
        let skew = environment.clock.now().since(date)
        guard abs(skew.inSeconds) > Self.mostSkew.inSeconds else {
            return [.ok(.clock, "within \(Int(Self.mostSkew.inSeconds)) s of the server's")]
        }
        let side = skew > .zero ? "ahead of" : "behind"
        return [
            .warning(
                .clock,
                "\(Int(abs(skew.inSeconds))) s \(side) the server's (keep it by NTP: windows and idempotency keys go by it)"
            )
        ]
    }
}
