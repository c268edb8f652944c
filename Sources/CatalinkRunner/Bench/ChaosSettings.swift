import CatalinkCore

/// The job of a round, and what the runner is told: the one place to add settings of healing, brakes and policies.
enum ChaosSettings {
    /// What a job may want done about changed rows, each as often as its weight says.
    static let changePolicies: KeyValuePairs<String, Int> = [
        "report": 4, "keep": 1, "replace": 2, "update": 2,
    ]
    /// Flags of `run` beside the job.
    static let flags = ["--heal", "10s"]
    /// How many runs a job gets to finish in, once nothing fails any more.
    static let mostReruns = 12

    /// The answer of a slow server comes after `timeout`, but before the key has rested.
    static func limits(_ plan: ChaosPlan) -> [String] {
        var times =
            plan.kind == .slow
            ? ["timeout: 400ms", "rest: 1200ms", "lookupAfter: 1200ms"]
            : ["timeout: 500ms", "rest: 250ms", "lookupAfter: 300ms"]
        if plan.tellsLifetime { times.append("keyLifetime: \(plan.keyLifetime)") }
        return [
            "rate: \(plan.pace.map { "\($0)/1s" } ?? "100000/1m")", "reserve: 0",
            "concurrency: \(plan.concurrency)", "retries: 3",
        ] + times
    }

    static func policy(_ plan: ChaosPlan) -> [String] {
        // What the edits do to a small catalog is beyond every sensible brake.
        [
            "onChange: \(plan.onChange)",
            "brakes: {new: 100%, changed: 100%, missing: 100%, invalid: 100%, moved: 100%}",
            "maxErrors: 100%",
        ]
    }

    static func job(_ plan: ChaosPlan, port: Int) -> String {
        let records = plan.catalog.format == .xml ? ", records: /shop/p" : ""
        return """
            job: \(identity.job)
            source: {path: \(plan.catalog.fileName)\(records)}
            key: "{{sku}}"
            link: {title: "{{title}}", url: "{{sku | slug}}", linkType: PRODUCT}
            pricing: {price: "{{price | decimal}}"}
            target: {url: "http://127.0.0.1:\(port)"}
            limits: {\(limits(plan).joined(separator: ", "))}
            policy: {\(policy(plan).joined(separator: ", "))}

            """
    }

    /// Whose markers the links carry; a marker does not depend on the origin.
    static let identity = Identity(origin: "", account: "default", job: "chaos")
    static let clientKey = (key: "sandbox", secret: "sandbox")

    /// The environment of a run; nothing of the caller's own gets in.
    static func variables(_ directory: String) -> [String: String] {
        [
            "PATH": "/usr/bin:/bin", "STATE_DIRECTORY": directory + "/state",
            "DEVDRAFT_CLIENT_KEY": clientKey.key, "DEVDRAFT_CLIENT_SECRET": clientKey.secret,
        ]
    }
}
