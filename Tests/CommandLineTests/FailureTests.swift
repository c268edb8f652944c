import CatalinkCore
import Foundation
import Testing

/// What goes wrong before anything is sent: exit status and message.
@Suite(.timeLimit(.minutes(10)))
struct FailureTests {
    @Test func wrongUsageEndsWith64() async throws {
        try await CommandLine.withProject { command in
            for words in [["run"], ["dance"], ["run", "a.yaml", "--fast"]] {
                let started = try command.start(words)
                #expect(await started.ended() == 64, "\(words)")
            }
        }
    }

    @Test func aCatalogThatIsNotThereEndsWith65() async throws {
        try await CommandLine.withProject { command in
            try command.writeJob("job", source: "{path: none.csv}", target: "{sandbox: {limit: 10}}")
            let outcome = try await command.run("run", "job.yaml", "--format", "json")
            #expect(outcome.status == 65)
            #expect(
                outcome.errors
                    == "none.csv: expected a catalog file, got: No such file or directory (paths in a job are relative to the job file, others to where you are)\n"
            )
            #expect(try outcome.json()["exit"]?.integer == 65)
        }
    }

    @Test func aCatalogThatBreaksOffSendsNothing() async throws {
        try await CommandLine.withProject { command in
            try command.write("sku,title,price\nA-1,Good mug,1.00\nA-2,\"Broken mug,2.00\n", to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: "{sandbox: {limit: 10}}")
            let outcome = try await command.run("run", "job.yaml")
            #expect(outcome.status == 65)
            #expect(outcome.errors.hasPrefix("c.csv:3:5: expected a closing quotation mark"))
            let status = try await command.run("status", "job.yaml", "--format", "json")
            #expect(try status.json()["items"]?["created"]?.integer == 0)
        }
    }

    @Test func aJobThatIsNotThereIsAWrongJobAndNoWrongCatalog() async throws {
        try await CommandLine.withProject { command in
            for verb in ["run", "check", "status"] {
                let outcome = try await command.run(verb, "none.yaml")
                #expect(outcome.status == 78)
                #expect(
                    outcome.errors
                        == "none.yaml: expected a job file to read, got: No such file or directory\n")
            }
            try command.write("job: a\njob: b\n", to: "twice.yaml")
            let outcome = try await command.run("check", "twice.yaml")
            #expect(outcome.status == 78)
            #expect(outcome.errors == "twice.yaml:2:1: expected each name once, got: a second \"job\"\n")
        }
    }

    @Test func aWrongJobEndsWith78AndEveryComplaint() async throws {
        try await CommandLine.withProject { command in
            try command.write("sku,title,price\nA-1,Good mug,1.00\n", to: "c.csv")
            try command.write(
                """
                job: job
                source: {path: c.csv}
                key: "{{sku}}"
                link: {title: "{{titel}}", url: "{{sku | slugg}}", linktype: PRODUCT}
                target: {sandbox: {limit: many}}
                """, to: "job.yaml")
            let outcome = try await command.run("check", "job.yaml")
            #expect(outcome.status == 78)
            #expect(
                outcome.errors == """
                    job.yaml:4:33: link.url: expected a filter, got: "slugg" (did you mean "slug"?)
                    job.yaml:4:52: link: expected a known name, got: "linktype" (did you mean "linkType"?)
                    job.yaml:5:27: target.sandbox.limit: expected a whole number from 1 to 10000000, got: "many"

                    """)
        }
    }

    @Test func anUnknownColumnIsShownWithTheNearest() async throws {
        try await CommandLine.withProject { command in
            try command.write("sku,title,prise\nA-1,Good mug,1.00\n", to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: "{sandbox: {limit: 10}}")
            let outcome = try await command.run("check", "job.yaml")
            #expect(outcome.status == 78)
            #expect(
                outcome.errors
                    == "job.yaml:5:18: expected a column of c.csv, got: \"price\" (did you mean \"prise\"?)\n"
            )
        }
    }

    @Test func nobodyListeningEndsWith69() async throws {
        try await CommandLine.withProject { command in
            var command = command
            command.variables.merge(["DEVDRAFT_CLIENT_KEY": "k", "DEVDRAFT_CLIENT_SECRET": "s"]) { $1 }
            try command.write(
                "sku,title,price\n" + (1...20).map { "A-\($0),Good mug,1.00\n" }.joined(), to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: "{url: \"http://127.0.0.1:9\"}")
            let outcome = try await command.run("run", "job.yaml", "--format", "json")
            #expect(outcome.status == 69)
            let books = try outcome.json()["books"]
            #expect(books?["unknown"]?.integer == 0)
            #expect((books?["failed"]?.integer ?? 0) + (books?["notReached"]?.integer ?? 0) == 20)
        }
    }

    @Test func aLiveTargetNeedsCredentialsAndALedgerOnPurpose() async throws {
        try await CommandLine.withProject { command in
            var command = command
            try command.write("sku,title,price\nA-1,Good mug,1.00\n", to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: "{url: \"https://api.devdraft.ai\"}")
            let first = try await command.run("run", "job.yaml")
            #expect(first.status == 78)
            #expect(first.errors.contains("--new-ledger"))
            let second = try await command.run("run", "job.yaml", "--new-ledger")
            #expect(second.status == 78)
            #expect(second.errors.contains("set DEVDRAFT_CLIENT_KEY and DEVDRAFT_CLIENT_SECRET"))
            command.variables.merge(["DEVDRAFT_CLIENT_KEY": "k", "DEVDRAFT_CLIENT_SECRET": "s"]) { $1 }
            try command.writeJob(
                "job", source: "{path: c.csv}", target: "{url: \"https://elsewhere.example\"}")
            let third = try await command.run("run", "job.yaml", "--new-ledger")
            #expect(third.status == 78)
            #expect(
                third.errors.contains("expected a target that the secret may go to, got: elsewhere.example"))
        }
    }

    @Test func aSecondRunOfAJobEndsWith75() async throws {
        try await CommandLine.withProject { command in
            try command.write(
                "sku,title,price\n" + (1...20).map { "A-\($0),Good mug,1.00\n" }.joined(), to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: "{sandbox: {limit: 2, window: 1h}}")
            let first = try command.start(["run", "job.yaml"])
            let lock = command.directory + "/state/sandbox/default/job/lock"
            for _ in 0..<500 where (try? String(contentsOfFile: lock, encoding: .utf8))?.isEmpty ?? true {
                try await Task.sleep(for: .milliseconds(10))
            }
            let second = try await command.run("run", "job.yaml")
            #expect(second.status == 75)
            #expect(second.errors.contains("expected no other run of this job, got: pid "))
            first.signal(SIGINT)
            #expect(await first.ended() == 130)
        }
    }
}
