package import CatalinkCore

/// Everything that a run sends, in its order: a look before the first create, the rows, changes of links, and then
/// what is unknown, until nothing is left that can be settled now.
package struct Delivery: Sendable {
    private let settings: Dispatcher.Settings
    private let ledger: any Ledger
    private let wire: Wire
    private let random: @Sendable () -> Double

    package init(
        _ settings: Dispatcher.Settings, ledger: any Ledger, wire: Wire,
        random: @escaping @Sendable () -> Double
    ) {
        self.settings = settings
        self.ledger = ledger
        self.wire = wire
        self.random = random
    }

    /// - Parameter onProgress: called after each turn.
    package func run(onProgress: @Sendable (DispatchReport) -> Void) async throws -> DispatchReport {
        let dispatcher = Dispatcher(settings, ledger: ledger, wire: wire, random: random)
        let changer = LinkChanger(settings, ledger: ledger, wire: wire)
        let healer = Healer(settings, ledger: ledger, wire: wire)
        var queue = DispatchQueue(settings: settings)
        if settings.looksFirst { try await lookFirst(&queue.report) }
        var healEnd: Timestamp?
        while wire.line.reason == nil {
            try await dispatcher.run(&queue, onProgress: onProgress)
            try await changer.update(&queue.report)
            try await changer.retire(&queue.report)
            guard wire.line.reason == nil else { break }
            let end = healEnd ?? wire.clock.moment().steady + settings.healFor
            healEnd = end
            let healing = try await healer.heal(until: end, &queue.report)
            onProgress(queue.report)
            if healing.newWork == 0 { break }
        }
        queue.report.stopped = wire.line.reason
        return queue.report
    }

    /// A link with this job's marker that the ledger does not know means an old copy of it, or another host's.
    private func lookFirst(_ report: inout DispatchReport) async throws {
        let walk = ListWalk()
        guard let answer = try await wire.ask(walk.call, settings.retry, count: { report.lookups += 1 }),
            answer.isSuccess, let page = ListedLink.page(answer.body)
        else { return }
        for link in page {
            if let appID = link.appID {
                let bound = try await ledger.bind(appID: appID)
                guard bound == appID else {
                    return wire.line.stop(.target(Wire.otherAccount(expected: bound, got: appID)))
                }
            }
            guard try await ledger.knows(link, by: settings.identity) else {
                return wire.line.stop(
                    .target(
                        "ledger: expected to know every link that carries this job's marker, got: \(link.id.shown()) (an older "
                            + "copy of the ledger, or another host's? nothing was sent; `catalink ledger recover` takes it in)"
                    ))
            }
        }
    }
}
