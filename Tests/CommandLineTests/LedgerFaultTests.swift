import CatalinkCore
import Foundation
import Testing

/// Ledgers that are another's, old, lost or broken.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct LedgerFaultTests {
    @Test func aLedgerOfAnotherJobIsNotTouched() async throws {
        try await Scene.with { scene in
            try await scene.run(0)
            try scene.command.writeJob(
                "other", source: "{path: c.csv}", target: scene.server.target, more: Scene.limits)
            let folder = "\(scene.command.directory)/state/127.0.0.1-\(scene.server.port)/default/other"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: scene.ledger, toPath: folder + "/ledger.sqlite")
            let port = scene.server.port
            let said = try await scene.verb(78, "run", "other.yaml", says: "was a file copied?")
            #expect(said.contains("expected a ledger of job other of account default at 127.0.0.1-\(port), "))
            #expect(said.contains("got: one of job job of account default"))
            try await scene.expectOneLinkEach(30)
            try await scene.run(0)
        }
    }

    @Test func anOldCopyOfTheLedgerSendsNothingUntilItIsRecovered() async throws {
        try await Scene.with { scene in
            try scene.write(rows: 1...25)
            try await scene.run(0)
            let copy = try await scene.backUp()
            try scene.write(rows: 1...35)
            try await scene.run(0)
            try scene.putBack(copy)

            try scene.write(rows: 1...36)
            let posts = try await scene.server.count("created")
            let summary = try await scene.run(78, says: "`catalink ledger recover` takes it in")
            #expect(summary.count("notReached") == 11)
            #expect(try await scene.server.count("created") == posts)
            let said = try await scene.verb(0, "ledger", "recover", "job.yaml")
            #expect(said.contains("taken in      10"), "\(said)")
            #expect(try await scene.run(0).count("created") == 1)
            try await scene.expectOneLinkEach(36)
        }
    }

    @Test func aLostLedgerIsMadeAnewFromTheList() async throws {
        try await Scene.with { scene in
            try await scene.run(0)
            try scene.removeLedger()
            try await scene.run(78, says: "ledger recover")
            try await scene.verb(0, "ledger", "recover", "job.yaml", says: "taken in      30")
            #expect(try await scene.run(0).count("unchanged") == 30)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func aBrokenLedgerIsNamedWithWhatToDo() async throws {
        try await Scene.with { scene in
            try await scene.run(0)
            let whole = try Data(contentsOf: URL(filePath: scene.ledger))
            for range in [0..<4096, 100..<whole.count] {
                var broken = whole
                broken.replaceSubrange(range, with: Data(repeating: 0x5A, count: range.count))
                try scene.removeLedger()
                try broken.write(to: URL(filePath: scene.ledger))
                let said = try await scene.verb(78, "run", "job.yaml", says: "ledger.sqlite")
                #expect(said.contains("backup") || said.contains("recover"), "\(said)")
                try await scene.expectOneLinkEach(30)
            }
            try scene.removeLedger()
            try await scene.verb(0, "ledger", "recover", "job.yaml")
            #expect(try await scene.run(0).count("unchanged") == 30)
        }
    }

    @Test func brokenPagesInTheMiddleAreNotTakenForAnythingElse() async throws {
        try await Scene.with(rows: 300) { scene in
            try await scene.run(0)
            let whole = try Data(contentsOf: URL(filePath: scene.ledger))
            var broken = whole
            let range = (whole.count / 8192 * 4096)..<whole.count
            broken.replaceSubrange(range, with: Data(repeating: 0x5A, count: range.count))
            try scene.removeLedger()
            try broken.write(to: URL(filePath: scene.ledger))
            try await scene.verb(78, "run", "job.yaml", says: "ledger")
            try await scene.verb(78, "ledger", "check", "job.yaml")
            try await scene.expectOneLinkEach(300)
        }
    }

    /// The guard against an old copy must not be passed by because the list cannot be read just then.
    @Test func anOldCopyOfTheLedgerIsNoticedWhenTheListFailsFirst() async throws {
        let forgetful = ["--key-lifetime", "1s", "--behave", "duplicate-slug=accept"]
        try await Scene.with(forgetful[0], forgetful[1], forgetful[2], forgetful[3]) { scene in
            try scene.write(rows: 1...25)
            try await scene.run(0)
            let copy = try await scene.backUp()
            try scene.write(rows: 1...30)
            try await scene.run(0)
            try scene.putBack(copy)
            try await Task.sleep(for: .milliseconds(1200))
            let script = (1...6).map { "get \($0) error-before\n" }.joined()
            try scene.command.write(script, to: "script")
            await scene.server.kill()
            try await scene.server.start(forgetful + ["--fault-script", "script"])
            try await scene.run(69, says: "the list of links is read before the first create")
            try await scene.expectOneLinkEach(30)
            await scene.server.kill()
            try await scene.server.start(forgetful)
            try await scene.run(78, says: "`catalink ledger recover` takes it in")
        }
    }

    @Test func aFullDiskStopsTheRunAndLosesNothing() async throws {
        try await Scene.with(rows: 4000) { scene in
            let folder = scene.command.directory + "/state"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            guard try await Disk.mount(at: folder, "size=5M") else { return }
            do {
                let run = try scene.command.start(["run", "job.yaml"])
                let status = await run.ended()
                let said = try run.output() + run.errors()
                #expect(status != 0)
                #expect(said.contains("room on the disk"), "\(said)")
                _ = try await Disk.mount(at: folder, "remount,size=200M")
                try await scene.run(0)
                try await scene.expectOneLinkEach(4000)
            } catch {
                Issue.record(error)
            }
            try await Disk.unmount(folder)
        }
    }
}

/// A small disk of its own, where the tests may mount one.
private enum Disk {
    static func mount(at path: String, _ options: String) async throws -> Bool {
        try await call("/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]) == 0
    }

    static func unmount(_ path: String) async throws {
        _ = try await call("/bin/umount", ["-l", path])
    }

    private static func call(_ tool: String, _ arguments: [String]) async throws -> Int32 {
        guard FileManager.default.isExecutableFile(atPath: tool) else { return -1 }
        let process = Process()
        process.executableURL = URL(filePath: tool)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        let (exit, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            continuation.yield(ended.terminationStatus)
            continuation.finish()
        }
        try process.run()
        return await exit.first { _ in true } ?? -1
    }
}
