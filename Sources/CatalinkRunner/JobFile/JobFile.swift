package import CatalinkCore
import CatalinkRead
import CatalinkTransport
import Foundation

/// Reads job files.
package enum JobFile {
    static let names = [
        "job", "source", "fillDown", "parent", "unfold", "tables", "fields", "where", "key", "segments",
        "segment",
        "bundle", "link", "tracking", "pricing", "target",
        "limits", "policy", "expect", "accept", "state", "results", "keep", "metrics", "unsettledAfter",
        "notify", "conversion",
    ]

    /// - Throws: `JobFileError` with every complaint about what the file says, or why it cannot be read.
    package static func load(_ path: String) throws -> Job {
        let diagnostics = JobDiagnostics(file: path)
        let (root, preset) = try read(path, diagnostics)
        // Without its preset most of what a job lacks would be told, too.
        try diagnostics.throwIfAny()
        var job = try JobFile.job(root, path, diagnostics)
        job?.source.preset = preset
        try diagnostics.throwIfAny()
        guard let job else { preconditionFailure("a job that is not there has been complained about") }
        return job
    }

    /// It is read as catalogs are, but one that cannot be read is a wrong job and no wrong catalog.
    private static func read(
        _ path: String, _ diagnostics: JobDiagnostics
    ) throws -> (job: YAMLNode, preset: Preset?) {
        guard unsafe access(path, R_OK) == 0 else {
            throw JobFileError(messages: ["\(path): expected a job file to read, got: \(systemMessage())"])
        }
        do throws(CatalogError) {
            return try Preset.applied(to: YAMLNode.load(path: path, name: path), path, diagnostics)
        } catch {
            throw JobFileError(messages: [error.message])
        }
    }

    private static func job(_ root: YAMLNode, _ path: String, _ diagnostics: JobDiagnostics) throws -> Job? {
        guard let section = Section(root, path: "", known: names, diagnostics) else { return nil }
        var compiler = MappingCompiler(diagnostics)
        let name = section.required("job").flatMap { section.text($0, "job") }
        if let name, !name.text.isStateName {
            diagnostics.add(
                name.place, "job", expected: "a name of a-z, 0-9, `.`, `_` and `-`, at most 64 long",
                got: name.text.quoted)
        }
        let source = self.source(section, path, diagnostics)
        let mapping = compiler.mapping(section)
        let kinship = compiler.kinship(section)
        let destination = self.destination(section, diagnostics)
        let account = section.section("target", known: targetNames)?.text("credentials")
        if let account, !account.text.isStateName {
            diagnostics.add(
                account.place, "target.credentials", expected: "a plain name", got: account.text.quoted)
        }
        let limits = self.limits(section, destination)
        let policySection = section.section("policy", known: policyNames)
        let policies = compiler.policies(policySection)
        var policy = self.policy(policySection, destination, diagnostics)
        policy.maxChange = compiler.maxChange
        if let mapping { compiler.checkCosts(mapping.link, policies) }
        guard let name, let source, var mapping, let destination else { return nil }
        mapping.columns = compiler.columns
        mapping.policies = policies
        if policies[.decimals] != .error { mapping.pricing?.decimals = FixedDecimal.largestScale }
        mapping.parentReasons = kinship.inheritances.flatMap(\.reasons)
        let directory = (path as NSString).deletingLastPathComponent
        var job = Job(
            file: path, name: name.text, source: source, kinship: kinship, mapping: mapping,
            destination: destination, account: account?.text ?? "default", limits: limits,
            policy: policy,
            state: section.text("state").map { resolved($0.text, in: directory) })
        job.expect = expectations(section)
        job.accept = section.text("accept").map { (resolved($0.text, besideJob: path), $0.place) }
        job.keep = section.runs("keep")
        let results = section.section("results", known: resultNames)
        job.results.hasByteOrderMark = results?.flag("bom") ?? false
        monitoring(section, &job)
        job.notify = notifications(section, diagnostics)
        job.conversion = conversion(section, compiler.names.tables, diagnostics)
        return job
    }

    static let resultNames = ["bom"]

    static func resolved(_ path: String, besideJob job: String) -> String {
        resolved(path, in: (job as NSString).deletingLastPathComponent)
    }

    static func resolved(_ path: String, in directory: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty else { return path }
        // By hand, because `..` may only undo a directory that is written out.
        var parts: [Substring] = []
        for part in (directory + "/" + path).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return (directory.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    // MARK: Target and limits

    static let targetNames = ["url", "sandbox", "credentials"]
    static let sandboxNames = ["limit", "window"]
    static let limitNames = [
        "rate", "reserve", "maxWait", "concurrency", "timeout", "rest", "retries", "lookupAfter", "deadline",
        "keyLifetime",
    ]

    private static func destination(_ section: Section, _ diagnostics: JobDiagnostics) -> Job.Destination? {
        guard section.required("target") != nil, let target = section.section("target", known: targetNames)
        else {
            return nil
        }
        if let url = target.text("url") {
            do throws(Target.Failure) {
                return .api(try Target(url.text))
            } catch {
                diagnostics.add(
                    url.place, "target.url", expected: error.expected, got: url.text.quoted, hint: error.hint)
                return nil
            }
        }
        guard target.node("sandbox") != nil else {
            diagnostics.add(target.place, "target", expected: "`url:` or `sandbox:`", got: "neither")
            return nil
        }
        guard let sandbox = target.section("sandbox", known: sandboxNames) else { return nil }
        let limit = sandbox.count("limit", 1...10_000_000) ?? 100
        let window = sandbox.duration("window") ?? .seconds(60)
        return .sandbox(RateLimit(requests: limit, window: max(window, .milliseconds(10)), reserve: 0))
    }

    private static func limits(_ section: Section, _ destination: Job.Destination?) -> Job.Limits {
        let limits = section.section("limits", known: limitNames)
        let timeout = limits?.duration("timeout") ?? .seconds(30)
        var isNear = true
        var rate = RateLimit(requests: 100, window: .seconds(60), reserve: 0)
        switch destination {
        case .sandbox(let own): rate = own
        case .api(let target): isNear = target.isLoopback
        case nil: break
        }
        var rates = limits?.rates("rate") ?? RateSetting(limits: [rate], mayRaise: false)
        if rates.limits.isEmpty { rates.limits = [rate] }
        rates.leave(limits?.count("reserve", 0...1_000_000) ?? 1)
        let rest = limits?.duration("rest") ?? (isNear ? timeout * 2 : max(timeout * 2, .seconds(60)))
        var all = Job.Limits(
            rate: rates.limits[0], rates: rates.limits, mayRaise: rates.mayRaise,
            maxWait: limits?.duration("maxWait") ?? .seconds(900),
            concurrency: limits?.count("concurrency", 1...1024) ?? 16, timeout: timeout,
            rest: rest,
            retries: limits?.count("retries", 0...100) ?? 5)
        all.lookupAfter = limits?.duration("lookupAfter") ?? (isNear ? rest : max(rest, .seconds(600)))
        all.keyLifetime = limits?.duration("keyLifetime") ?? all.keyLifetime
        all.keyLife = KeyLife(of: all.keyLifetime, timeout: timeout)
        all.deadline = limits?.value(
            "deadline",
            expected: "a moment such as 2026-12-01T05:30:00Z or a time of day by UTC such as 05:30",
            Deadline.init(written:))
        return all
    }
}

extension RateLimit {
    /// `100/1m`
    package init?(written text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let requests = Int(parts[0]), (1...10_000_000).contains(requests),
            let window = Duration(written: String(parts[1])), window >= .milliseconds(10)
        else { return nil }
        self.init(requests: requests, window: window, reserve: 0)
    }
}

extension String {
    /// `[a-z0-9][a-z0-9._-]{0,63}`
    package var isStateName: Bool {
        guard let first = utf8.first, utf8.count <= 64 else { return false }
        func isPlain(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        return isPlain(first) && utf8.allSatisfy { isPlain($0) || "._-".utf8.contains($0) }
    }
}
