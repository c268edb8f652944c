package import CatalinkCore

/// How the sandbox behaves: who may come in, how fast, and what it does where the API's documentation is silent.
package struct SandboxSettings: Sendable {
    package var keys: SandboxKeys
    package var rate: RateLimit
    package var behavior = SandboxBehavior()
    package var faults = FaultPlan()
    package var keyLifetime: Duration = .seconds(24 * 3600)
    /// Decides the ids of links and which requests the faults hit.
    package var seed = 1
    /// Keeps links, keys and windows beyond a restart; `nil` for memory only.
    package var store: String?
    package var host = "127.0.0.1"
    /// 0 for any free port.
    package var port = 0
    /// A connection on which nothing moves for so long is closed.
    package var idleTimeout: Duration = .seconds(60)
    /// More connections than this wait until one is closed.
    package var mostConnections = 4096

    package init(keys: SandboxKeys, rate: RateLimit) {
        self.keys = keys
        self.rate = rate
    }
}

/// What the API's documentation leaves open, one switch each; the defaults are what seems likeliest.
package struct SandboxBehavior: Sendable {
    package enum DuplicateSlug: String, Sendable, CaseIterable {
        case badRequest = "400"
        case conflict = "409"
        case serverError = "500"
        case accepted = "accept"
    }

    /// A second request with a key whose first one has no answer yet.
    package enum Concurrent: String, Sendable, CaseIterable {
        case conflict
        case wait
    }

    /// Whether a 409 has an `error` member.
    package enum ConflictEnvelope: String, Sendable, CaseIterable {
        case plain
        case named
    }

    package enum ListEnvelope: String, Sendable, CaseIterable {
        case bare
        case data
    }

    package enum URLForm: String, Sendable, CaseIterable {
        case full
        case slug
    }

    package enum MessageForm: String, Sendable, CaseIterable {
        case array
        case string
    }

    /// Whether `PUT` takes a `status`.
    package enum PutStatus: String, Sendable, CaseIterable {
        case accepted = "accept"
        case refused = "refuse"
    }

    package enum RateHeaders: String, Sendable, CaseIterable {
        /// `X-RateLimit-Limit`, `-Remaining`, and `-Reset` in Unix seconds.
        case x
        /// `RateLimit-Limit`, `-Remaining`, and `-Reset` in seconds from now.
        case draft
        /// `RateLimit-Policy` and `RateLimit` as structured fields.
        case structured
    }

    package enum RetryAfter: String, Sendable, CaseIterable {
        case seconds
        case date
    }

    package var replayStatus = 201
    /// Whether a replay carries `Idempotent-Replayed: true`.
    package var marksReplays = false
    package var stores4xx = false
    package var stores5xx = false
    package var concurrent = Concurrent.conflict
    package var conflictEnvelope = ConflictEnvelope.plain
    package var duplicateSlug = DuplicateSlug.badRequest
    package var putStatus = PutStatus.accepted
    package var list = ListEnvelope.bare
    package var ignoresSkip = false
    package var url = URLForm.full
    package var messages = MessageForm.array
    package var countsReads = true
    package var countsThrottled = false
    package var rateHeaders: Set<RateHeaders> = [.x]
    package var retryAfter = RetryAfter.seconds
    /// How far the server's clock is ahead: of its `Date`, its windows and its times.
    package var skew: Duration = .zero

    package init() {}
}
