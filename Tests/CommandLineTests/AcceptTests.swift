import CatalinkCore
import Foundation
import Testing

/// Problems that are known until a day: a run that has no others ends well.
@Suite(.timeLimit(.minutes(10)))
struct AcceptTests {
    private static func with(_ body: (CommandLine) async throws -> Void) async throws {
        try await CommandLine.withProject { command in
            try command.write("sku,title,price\nA,Mug,5\nB,Cup,\nC,X,7\nD,Pot,9\nD,Jug,9\n", to: "c.csv")
            try Self.writeJob(command)
            try await body(command)
        }
    }

    private static func writeJob(_ command: CommandLine, accept: String? = nil) throws {
        try command.writeJob(
            "job", source: "{path: c.csv}", target: "{sandbox: {}}",
            more: accept.map { "accept: \($0)" } ?? "")
    }

    @Test func whatIsKnownTodayIsAcceptedAndWhatIsNewIsNot() async throws {
        try await Self.with { command in
            #expect(try await command.run("run", "job.yaml").status == 2)
            let known = try await command.run(
                "check", "job.yaml", "--write-known", "known.yaml", "--until", "2999-12-31")
            #expect(known.status == 0)
            #expect(known.output.contains("  known      3 problems until 2999-12-31: "), "\(known.output)")
            #expect(
                try command.read("known.yaml") == """
                    # Known problems; each counts again after its day.
                    - {key: "B", problem: "price: expected a price, got: nothing (`zero: skip` leaves such rows out, `zero: free` makes links without an amount)", until: 2999-12-31}
                    - {key: "C", problem: "title: expected at least 3 characters, got: \\"X\\"", until: 2999-12-31}
                    - {key: "D", verdict: duplicate, until: 2999-12-31}

                    """)

            try Self.writeJob(command, accept: "known.yaml")
            #expect(try await command.run("check", "job.yaml").status == 0)
            #expect(try await command.run("plan", "job.yaml", "--detailed-exitcode").status == 0)
            let settled = try await command.run("run", "job.yaml")
            #expect(settled.status == 0)
            #expect(settled.output.contains("\n  accepted   4 of them, by known.yaml\n"), "\(settled.output)")
            #expect(try await command.run("run", "job.yaml", "-q").output.isEmpty)
            let json = try await command.run("run", "job.yaml", "--format", "json").json()
            #expect(json["accepted"]?.integer == 4)
            #expect(json["books"]?["invalid"]?.integer == 2)

            // Another problem of a known row, and a row that is new.
            try command.write(
                "sku,title,price\nA,Mug,5\nB,Cup,none\nC,X,7\nD,Pot,9\nD,Jug,9\nE,Y,1\n", to: "c.csv")
            let new = try await command.run("run", "job.yaml")
            #expect(new.status == 2)
            #expect(new.output.contains("\n  accepted   3 of them, by known.yaml\n"), "\(new.output)")
            #expect(
                new.output.contains(
                    "  note       known.yaml:2: expected a row with this problem, got: none (remove what is mended)\n"
                ), "\(new.output)")
        }
    }

    @Test func whatHasEndedCountsAgain() async throws {
        try await Self.with { command in
            try command.write(
                "- {key: B, until: 2026-01-31}\n- {problem: \"*\", until: 2999-01-01}\n", to: "known.yaml")
            try Self.writeJob(command, accept: "known.yaml")
            #expect(try await command.run("run", "job.yaml").status == 0)
            try command.write(
                "- {key: B, until: 2026-01-31, why: no price yet}\n- {problem: \"title: *\", until: 2999-01-01}\n",
                to: "known.yaml")
            let ended = try await command.run("run", "job.yaml")
            #expect(ended.status == 2)
            #expect(
                ended.output.contains(
                    "note       known.yaml:1: until: expected a day to come, got: 2026-01-31 (1 row counts again)"
                ),
                "\(ended.output)")
        }
    }

    @Test func aFileThatIsWrongIsToldWithItsPlace() async throws {
        try await Self.with { command in
            try command.write(
                "- {until: 2999-01-01}\n- {key: B}\n- {key: B, until: soon, when: now}\n", to: "known.yaml")
            try Self.writeJob(command, accept: "known.yaml")
            let wrong = try await command.run("run", "job.yaml")
            #expect(wrong.status == 78)
            let prefix = "job.yaml:7:9: accept: known.yaml:"
            #expect(
                wrong.errors.split(separator: "\n") == [
                    "\(prefix)1:3: accept: expected `key:`, `problem:` or both, got: neither",
                    "\(prefix)2:3: accept: expected `until:`, got: nothing",
                    "\(prefix)3:19: accept.until: expected a day such as 2027-02-28, or a moment, got: \"soon\"",
                    "\(prefix)3:25: accept: expected a known name, got: \"when\" (known: key, segment, verdict, problem, until, why)",
                ])
            try Self.writeJob(command, accept: "nowhere.yaml")
            let missing = try await command.run("check", "job.yaml")
            #expect(missing.status == 78)
            // What needs no known problems goes on without their file.
            for verb in ["pause", "resume"] { #expect(try await command.run(verb, "job.yaml").status == 0) }
            #expect(
                missing.errors.hasPrefix(
                    "job.yaml:7:9: accept: nowhere.yaml: expected a file of known problems to read, got: No such file or directory"
                ), "\(missing.errors)"
            )
        }
    }

    /// An entry for them would stand for every row to come that has lost its key.
    @Test func rowsWithoutAKeyAreNotMadeKnown() async throws {
        try await Self.with { command in
            try command.write("sku,title,price\n,Mug,5\n,Cup,6\nC,X,7\n", to: "c.csv")
            let known = try await command.run(
                "check", "job.yaml", "--write-known", "known.yaml", "--until", "2999-12-31")
            #expect(
                known.output.hasSuffix(
                    """
                      known      1 problem until 2999-12-31: `accept: known.yaml` in the job lets them be
                                 2 rows have no key, and no entry

                    """), "\(known.output)")
            try Self.writeJob(command, accept: "known.yaml")
            #expect(try await command.run("check", "job.yaml").status == 2)
        }
    }

    /// The first of the two rows is the one that its link was made of.
    @Test func aSecondRowOfALinkIsKnownAsAWhole() async throws {
        try await Self.with { command in
            try command.write("sku,title,price\nA,Mug,5\n", to: "c.csv")
            #expect(try await command.run("run", "job.yaml").status == 0)
            try command.write("sku,title,price\nA,Mug,5\nA,Mug,6\n", to: "c.csv")
            _ = try await command.run(
                "check", "job.yaml", "--write-known", "known.yaml", "--until", "2999-12-31")
            try Self.writeJob(command, accept: "known.yaml")
            #expect(try await command.run("plan", "job.yaml", "--detailed-exitcode").status == 0)
            let run = try await command.run("run", "job.yaml")
            #expect(run.status == 0, "\(run.output)")
            #expect(run.output.contains("  accepted   2 of them"), "\(run.output)")
        }
    }

    /// Keys with whatever a catalog may have in them are read again as they were written.
    @Test func oddKeysAreKnownAgain() async throws {
        try await Self.with { command in
            let keys = [
                "007", "null", "*star", "# hash", "{a: b}", "é\u{1F600}", "a\u{2028} b", "a\u{85}b",
                "a\u{9B}b",
                "a\u{FEFF}b", "a\u{FFFE}b", "a\u{7F}b", "a'b",
            ]
            let rows = keys.enumerated().map { "\($1),T,\($0)\n" }
            try command.write("sku,title,price\n" + rows.joined(), to: "c.csv")
            let job = try command.read("job.yaml").replacing("{{sku | slug}}", with: "s-{{price}}")
            try command.write(job, to: "job.yaml")
            let known = try await command.run(
                "check", "job.yaml", "--write-known", "known.yaml", "--until", "2999-12-31")
            #expect(known.output.contains("  known      \(keys.count) problems"), "\(known.output)")
            try command.write(job + "accept: known.yaml\n", to: "job.yaml")
            let checked = try await command.run("check", "job.yaml")
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
        }
    }

    @Test func aFileThatIsThereIsNotOverwritten() async throws {
        try await Self.with { command in
            try command.write("# by hand\n", to: "known.yaml")
            let refused = try await command.run(
                "check", "job.yaml", "--write-known", "known.yaml", "--until", "2999-12-31")
            #expect(refused.status == 64)
            #expect(refused.errors.hasPrefix("known.yaml: expected no such file yet, got: one"))
            #expect(try command.read("known.yaml") == "# by hand\n")
            for words in [["--until", "2026-01-01"], ["--until", "soon"]] {
                let late = try command.start(["check", "job.yaml", "--write-known", "new.yaml"] + words)
                #expect(await late.ended() == 64)
            }
        }
    }
}
