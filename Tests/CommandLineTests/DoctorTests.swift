import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

/// `catalink doctor` by the real binary against the real sandbox.
@Suite(.timeLimit(.minutes(5)))
struct DoctorTests {
    @Test func soundJobHasNoTroubleAndCreatesNothing() async throws {
        try await Scene.with(rows: 2) { scene in
            let text = try await scene.verb(0, "doctor", "job.yaml")
            for line in [
                "ok       job", "ok       credentials", "ok       state", "ok       lock", "ok       ledger",
            ] {
                #expect(text.contains(line), "\(text)")
            }
            for line in ["ok       catalog", "ok       api", "ok       clock"] {
                #expect(text.contains(line), "\(text)")
            }
            #expect(try await scene.server.links().isEmpty)
        }
    }

    @Test func runLedgerIsWholeAfterwards() async throws {
        try await Scene.with(rows: 2) { scene in
            try await scene.run(0)
            try await scene.verb(0, "doctor", "job.yaml", says: "ledger.sqlite: whole")
            try await scene.expectOneLinkEach(2)
        }
    }

    @Test func wrongJobFileEndsWith78() async throws {
        try await CommandLine.withProject { command in
            try command.write("job: x\n", to: "job.yaml")
            let outcome = try await command.run("doctor", "job.yaml", "--format", "json")
            #expect(outcome.status == 78)
            let finding = try outcome.json()["findings"]?.elements?.first
            #expect(finding?["subject"]?.string == "job")
            #expect(finding?["level"]?.string == "trouble")
        }
    }

    @Test func builtInSandboxNeedsNoCredentials() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("doctor", "jobs/quickstart.yaml")
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output.contains("ok       credentials  none needed"))
        }
    }

    @Test func refusedKeyEndsWith77() async throws {
        try await Scene.with { scene in
            var scene = scene
            scene.command.variables["DEVDRAFT_CLIENT_SECRET"] = "wrong"
            try await scene.verb(77, "doctor", "job.yaml", says: "trouble  api")
        }
    }

    @Test func missingCredentialsEndWith78() async throws {
        try await Scene.with { scene in
            var scene = scene
            scene.command.variables["DEVDRAFT_CLIENT_SECRET"] = nil
            try await scene.verb(78, "doctor", "job.yaml", says: "trouble  credentials")
        }
    }

    @Test func secretThatAllMayReadIsWarnedOf() async throws {
        try await Scene.with { scene in
            var scene = scene
            let path = scene.command.directory + "/secret"
            try scene.command.write("sandbox\n", to: "secret")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            scene.command.variables["DEVDRAFT_CLIENT_SECRET"] = nil
            scene.command.variables["DEVDRAFT_CLIENT_SECRET_FILE"] = path
            try await scene.verb(0, "doctor", "job.yaml", says: "warning  credentials  \(path)")
        }
    }

    @Test func silentServerEndsWith69() async throws {
        try await Scene.with { scene in
            await scene.server.kill()
            try await scene.verb(69, "doctor", "job.yaml", says: "trouble  api")
        }
    }

    @Test func missingCatalogEndsWith65() async throws {
        try await Scene.with { scene in
            try FileManager.default.removeItem(atPath: scene.command.directory + "/c.csv")
            try await scene.verb(65, "doctor", "job.yaml", says: "trouble  catalog")
        }
    }

    @Test func heldLockEndsWith75AndNamesItsHolder() async throws {
        try await Scene.with(rows: 2) { scene in
            try await scene.run(0)
            let path = "\(scene.command.directory)/\(scene.state)/lock"
            try scene.command.write("pid 4711 on elsewhere", to: "\(scene.state)/lock")
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            defer { close(descriptor) }
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            try await scene.verb(75, "doctor", "job.yaml", says: "held by pid 4711 on elsewhere")
        }
    }

    @Test func pausedJobIsToldAndSendsNothing() async throws {
        try await Scene.with { scene in
            try await scene.verb(0, "pause", "job.yaml")
            try await scene.verb(0, "doctor", "job.yaml", says: "not asked while the job is paused")
        }
    }

    @Test func brokenLedgerEndsWith78() async throws {
        try await Scene.with(rows: 2) { scene in
            try await scene.run(0)
            try scene.removeLedger()
            try scene.command.write(
                "not a ledger, and long enough to be none", to: "\(scene.state)/ledger.sqlite")
            try await scene.verb(78, "doctor", "job.yaml", says: "trouble  ledger")
        }
    }
}
