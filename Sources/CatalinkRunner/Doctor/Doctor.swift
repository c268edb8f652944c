import CatalinkCore
import CatalinkLedger
import CatalinkTransport

/// Looks at everything that a run needs, without running: one request at most, and no create.
///
/// What a run makes when it is missing, such as the state directory, is made here as well.
package struct Doctor: Sendable {
    private let file: String
    private let environment: RunEnvironment

    package init(_ jobFile: String, _ environment: RunEnvironment) {
        file = jobFile
        self.environment = environment
    }

    package func examine() async -> Diagnosis {
        var diagnosis = Diagnosis(jobFile: file)
        do {
            let job = try JobFile.load(file)
            diagnosis.findings.append(.ok(.job, "\(file): job \(job.name), target \(job.identity.origin)"))
            diagnosis.findings += credentials(job)
            diagnosis.findings += await CatalogExamination(job.source, environment).findings()
            diagnosis.findings += await surroundings(job)
        } catch {
            diagnosis.findings.append(.trouble(.job, error))
        }
        return diagnosis
    }

    /// What lies in the state directory, and the API, whose budget lies there as well.
    private func surroundings(_ job: Job) async -> [Finding] {
        do {
            let directory = try StateDirectory(of: job, environment: environment.variables)
            var findings = [try StateExamination(directory).finding()]
            findings.append(LedgerLock.finding(directory))
            findings += await ledger(job, directory)
            let pause = directory.pauses.first { $0.text != nil }
            if let pause {
                findings.append(
                    .warning(
                        .pause, "\(pause.path): \(pause.text ?? ""); nothing is sent until `catalink resume`")
                )
            }
            return findings + (await APIExamination(job, environment, isPaused: pause != nil).findings())
        } catch {
            return [.trouble(.state, error)]
        }
    }

    private func credentials(_ job: Job) -> [Finding] {
        guard case .api(let target) = job.destination else {
            return [.ok(.credentials, "none needed: the sandbox is served inside the run")]
        }
        let finder = CredentialFinder(environment: environment.variables)
        do {
            _ = try finder.credentials(for: job.account, at: target)
        } catch {
            return [.trouble(.credentials, error)]
        }
        let open = finder.files(of: job.account).filter { FileMode($0)?.isOpenToAll ?? false }
        guard open.isEmpty else {
            return open.map {
                .warning(
                    .credentials,
                    "\($0): expected a file of its owner's alone, got: one that all may read (chmod 600)")
            }
        }
        return [.ok(.credentials, "account \(job.account): may go to \(target.host)")]
    }

    private func ledger(_ job: Job, _ directory: StateDirectory) async -> [Finding] {
        do {
            try directory.checkBeginning(of: job, mayBegin: environment.mayBeginLedger)
            guard directory.hasLedger else {
                return [.ok(.ledger, "\(directory.ledger): none yet; the first run begins it")]
            }
            let ledger = try directory.openLedger(of: job)
            let flaws = try await ledger.check()
            guard flaws.isEmpty else {
                return [
                    .trouble(
                        .ledger, .configuration,
                        "\(directory.ledger): expected a whole ledger, got: \(flaws[0].shown()) (put a copy from backups/ in "
                            + "its place, then `catalink ledger recover \(file)`)")
                ]
            }
            let status = try await ledger.status()
            let account = status.appID.map { ", bound to the API's account \($0.shown())" } ?? ""
            return [.ok(.ledger, "\(directory.ledger): whole\(account)")] + items(status)
        } catch {
            return [.trouble(.ledger, error)]
        }
    }

    private func items(_ status: LedgerStatus) -> [Finding] {
        var findings: [Finding] = []
        let needy = status.counts[.held] + status.mismatched.count
        if needy > 0 {
            findings.append(
                .trouble(
                    .items, .needsPerson,
                    "\(needy) held or not as asked for (`catalink status \(file)`, then `catalink resolve`)"))
        }
        if status.counts[.open] > 0 {
            findings.append(
                .warning(.items, "\(status.counts[.open]) unknown; the next run settles them first"))
        }
        return findings
    }
}
