package import CatalinkCore

/// Everything that a run sends, in its order: a look before the first create, the rows, changes of links, and then
/// what is unknown, until nothing is left that can be settled now.
package struct Delivery: Sendable {
    private let settings: Dispatcher.Settings
    private let ledger: any Ledger
    private let wire: Wire
    private let random: @Sendable () -> Double
    private let onAttempt: @Sendable (AttemptEvent) -> Void

    /// - Parameter onAttempt: told of each attempt that has ended.
    package init(
        _ settings: Dispatcher.Settings, ledger: any Ledger, wire: Wire,
        random: @escaping @Sendable () -> Double,
        onAttempt: @escaping @Sendable (AttemptEvent) -> Void = { _ in }
    ) {
        self.settings = settings
        self.ledger = ledger
        self.wire = wire
        self.random = random
        self.onAttempt = onAttempt
    }

    /// - Parameter onProgress: called after each turn.
    package func run(onProgress: @Sendable (DispatchReport) -> Void) async throws -> DispatchReport {
        let dispatcher = Dispatcher(
            settings, ledger: ledger, wire: wire, random: random, onAttempt: onAttempt)
        let changer = LinkChanger(settings, ledger: ledger, wire: wire)
        let healer = Healer(settings, ledger: ledger, wire: wire)
        var queue = DispatchQueue(settings: settings)
        if settings.looksFirst { try await lookFirst(&queue) }
        var healEnd: Timestamp?
        while wire.line.reason == nil {
            try await dispatcher.run(&queue, onProgress: onProgress)
            try await changer.update(&queue.report)
            try await changer.retire(&queue.report)
            guard wire.line.reason == nil else { break }
            let end = healEnd ?? wire.clock.moment().steady + settings.healFor
            healEnd = end
            let healing = try await healer.heal(until: end, &queue.report)
            queue.healed()
            onProgress(queue.report)
            if healing.newWork == 0 { break }
        }
        queue.report.stopped = wire.line.reason
        return queue.report
    }

    /// A link with this job's marker that the ledger does not know means an old copy of it, or another host's. Without
    /// a look nothing is sent.
    private func lookFirst(_ queue: inout DispatchQueue) async throws {
        let reader = ListReader(wire, settings.retry)
        let looked = try await reader.page(ListWalk().call, count: { queue.report.lookups += 1 })
        guard let (answer, links) = looked else {
            return wire.line.stop(
                .unreachable(
                    "\(wire.lastTrouble) (the list of links is read before the first create; nothing was sent)"
                ))
        }
        queue.learn(answer, at: wire.clock.moment())
        guard let page = links else {
            let expected = "the list of links: expected to read it before the first create, got: "
            return wire.line.stop(
                answer.isSuccess ? .unreachable(expected + "no list") : .target(expected + answer.said))
        }
        for link in page {
            if let appID = link.appID, try await isOtherAccount(appID) { return }
            guard try await ledger.knows(link, by: settings.identity) else {
                return wire.line.stop(
                    .target(
                        "ledger: expected to know every link that carries this job's marker, got: \(link.id.shown()) "
                            + "(an older copy of the ledger, or another host's? nothing was sent; `catalink ledger recover` "
                            + "takes it in)"))
            }
        }
    }

    private func isOtherAccount(_ appID: String) async throws -> Bool {
        let bound = try await ledger.bind(appID: appID)
        guard bound != appID else { return false }
        wire.line.stop(.target(Wire.otherAccount(expected: bound, got: appID)))
        return true
    }
}
