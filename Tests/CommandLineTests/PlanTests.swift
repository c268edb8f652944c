import CatalinkCore
import Foundation
import Testing

/// What a plan tells, and plans that are written to be applied later.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PlanTests {
    private static func more(_ onChange: String) -> String {
        Scene.limits
            + "\npolicy: {onChange: \(onChange), brakes: {new: off, changed: off, missing: off, moved: off}}"
    }

    /// A catalog of its own instead of the scene's rows.
    private static func write(_ rows: [String], _ scene: Scene) throws {
        try scene.command.write("sku,title,price\n" + rows.map { $0 + "\n" }.joined(), to: "c.csv")
    }

    // MARK: Diff

    private static let before = ["A,Mug,129.00", "B,Cup,5", "C,Plate,7.50", "D,Bowl,3"]
    private static let after = ["E,\"Tea \"\"pot\"\"\",30", "A,Mug,12.9", "B,Large cup,5", "D,Bowl,3"]
    private static let diff = """
        + "E" 30.00 usdc "Tea "pot"" (c.csv:2)
        ~ "A" amount: 129.00 → 12.90 (c.csv:3)
        ~ "B" title: "Cup" → "Large cup" (c.csv:4)
        - "C" still sells at 7.50 usdc "Plate"

        """

    /// However the changes are to be made.
    @Test(arguments: ["report", "replace", "update"])
    func aDiffTellsEachItemWithOldAndNewValues(_ onChange: String) async throws {
        try await Scene.with(more: Self.more(onChange)) { scene in
            try Self.write(Self.before, scene)
            try await scene.run(0)
            try Self.write(Self.after, scene)
            let told = try await scene.command.run("plan", "job.yaml", "--diff")
            #expect(told.status == 0)
            #expect(told.output.hasPrefix(Self.diff + "job: 4 rows of c.csv\n"), "\(told.output)")
        }
    }

    /// A link of a later generation has a suffix of its own, which is no change of the catalog's.
    @Test func aReplacedLinkIsComparedWithWhatItCarriesNow() async throws {
        try await Scene.with(more: Self.more("replace")) { scene in
            try Self.write(["A,Mug,5"], scene)
            try await scene.run(0)
            try Self.write(["A,Mug,6"], scene)
            try await scene.run(0)
            try Self.write(["A,Mug,7"], scene)
            let told = try await scene.command.run("plan", "job.yaml", "--diff")
            #expect(told.output.hasPrefix("~ \"A\" amount: 6.00 → 7.00 (c.csv:2)\njob: "), "\(told.output)")
        }
    }

    @Test func aDiffForProgramsIsALineAnItem() async throws {
        try await Scene.with(more: Self.more("replace")) { scene in
            try Self.write(Self.before, scene)
            try await scene.run(0)
            try Self.write(Self.after, scene)
            let told = try await scene.command.run("plan", "job.yaml", "--diff", "--format", "json")
            #expect(
                told.output == """
                    {"change":"new","action":"create","key":"E","segment":"","amount":"30","currency":"usdc",\
                    "title":"Tea \\"pot\\"","file":"c.csv","line":2}
                    {"change":"changed","action":"replace","key":"A","segment":"","amount":"12.9","currency":"usdc",\
                    "title":"Mug","fields":{"amount":{"old":129,"new":12.9}},"file":"c.csv","line":3}
                    {"change":"changed","action":"replace","key":"B","segment":"","amount":"5","currency":"usdc",\
                    "title":"Large cup","fields":{"title":{"old":"Cup","new":"Large cup"}},"file":"c.csv","line":4}
                    {"change":"missing","action":"missing","key":"C","segment":"","amount":"7.5","currency":"usdc",\
                    "title":"Plate"}

                    """, "\(told.output)")
        }
    }

    // MARK: Time and money

    @Test func aPlanTellsTimeDeadlineMoneyAndPrices() async throws {
        let more = "limits: {rate: 10/1h, reserve: 0, deadline: \"2020-01-01T00:00:00Z\"}"
        try await Scene.with(rows: 25, more: more) { scene in
            try scene.write(rows: 1...25) { "\($0).25" }
            let told = try await scene.command.run("plan", "job.yaml", "--prices")
            let lines = told.output.components(separatedBy: "\n")
            #expect(
                told.output.contains("  money      331.25 usdc in 25 links, 1.25 to 25.25\n"),
                "\(told.output)")
            #expect(lines.contains { $0.hasPrefix("  time       25 requests in 3 windows of 10, from 20") })
            #expect(lines.contains("  lowest     usdc"))
            #expect(lines.contains("             \"SKU-1\" 1.25 (c.csv:2)"))
            #expect(lines.contains("             \"SKU-10\" 10.25 (c.csv:11)"))
            #expect(!lines.contains("             \"SKU-11\" 11.25 (c.csv:12)"))
            #expect(lines.contains("             \"SKU-25\" 25.25 (c.csv:26)"))
            #expect(
                lines.contains(
                    "  deadline   2020-01-01T00:00:00Z: not in time, about 25 requests are left for another run"
                ),
                "\(told.output)")
            let json = try await scene.command.run("plan", "job.yaml", "--format", "json").json()
            #expect(json["requests"]?["windows"]?.integer == 3)
            #expect(json["requests"]?["seconds"]?.integer == 7200)
            #expect(json["time"]?["inTime"] == .bool(false))
            let money = json["money"]?["usdc"]
            #expect(money?["sum"]?.string == "331.25")
            #expect(money?["lowestTen"]?.elements?.count == 10)
            #expect(money?["highestTen"]?.elements?.first?["key"]?.string == "SKU-25")
        }
    }

    // MARK: Plan files

    @Test func aPlanIsAppliedAsItWasMadeAndOnce() async throws {
        try await Scene.with(rows: 10, more: Self.more("update")) { scene in
            try await scene.verb(
                0, "plan", "job.yaml", "--out", "plan.json",
                says:
                    "  plan       plan.json: `catalink run job.yaml --plan plan.json` applies exactly it, once\n"
            )
            let mode =
                try FileManager.default.attributesOfItem(
                    atPath: "\(scene.command.directory)/plan.json")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let document = try JSONValue(parsing: Array(scene.command.read("plan.json").utf8))
            #expect(document["items"]?.elements?.count == 10)
            #expect(document["items"]?.elements?.first?["action"]?.string == "create")
            #expect(document["totals"]?["money"]?["usdc"]?["sum"]?.string == "125")

            #expect(try await scene.run(0, "--plan", "plan.json").count("created") == 10)
            try await scene.verb(0, "status", "job.yaml", says: "  applied    ")
            let said = try await scene.verb(3, "run", "job.yaml", "--plan", "plan.json")
            #expect(
                said.hasPrefix(
                    "plan.json: expected a plan that was not applied before, got: one that run 20"),
                "\(said)")
            #expect(try await scene.server.links().count == 10)
        }
    }

    /// A plan that nothing came of, because the server was down, is spent all the same.
    @Test func aPlanThatCouldNotBeSentIsNotAppliedTwice() async throws {
        let more = Self.more("update").replacing("rest: 50ms", with: "rest: 50ms, maxWait: 500ms")
        try await Scene.with(rows: 10, more: more) { scene in
            try await scene.verb(0, "plan", "job.yaml", "--out", "plan.json")
            await scene.server.kill()
            try await scene.run(69, "--plan", "plan.json")
            try await scene.server.start()
            try await scene.verb(
                3, "run", "job.yaml", "--plan", "plan.json",
                says: "expected a plan that was not applied before")
            #expect(try await scene.run(0).count("created") == 10)
            try await scene.expectOneLinkEach(10)
        }
    }

    @Test func aStalePlanSendsNothingAndSaysWhichRowsMoved() async throws {
        try await Scene.with(more: Self.more("replace")) { scene in
            try Self.write(Self.before, scene)
            try await scene.run(0)
            try Self.write(["A,Mug,130", "B,Cup,6", "D,Bowl,3", "F,Fork,1", "G,Knife,2"], scene)
            try await scene.verb(0, "plan", "job.yaml", "--out", "plan.json")
            // One price moves once more, one row goes back, one comes back, one goes, one comes, one is named otherwise.
            try Self.write(
                [
                    "A,Mug,131", "B,Cup,5", "C,Plate,7.5", "D,Bowl,3", "G,Sharp knife,2", "H,Spoon,1",
                    "I,Lid,x",
                ],
                scene)
            let requests = try await scene.server.count("requests")
            let said = try await scene.verb(3, "run", "job.yaml", "--plan", "plan.json")
            #expect(
                said.contains(
                    """
                     (nothing was sent; make a new one with `catalink plan job.yaml --out FILE`)
                    3 rows only in the plan, 1 only today, 2 otherwise today
                    0 invalid rows in the plan, 1 today
                      "A" (c.csv:2): 130.00 → 131.00 usdc
                      "G" (c.csv:6): other contents
                      "B" (c.csv:3): only in the plan: replace 6.00 usdc
                      "C" (c.csv:4): only in the plan: missing 7.50 usdc
                      "F" (c.csv:5): only in the plan: create 1.00 usdc
                      "H" (c.csv:7): only today: create 1.00 usdc

                    """), "\(said)")
            #expect(said.contains("  stopped    plan.json: expected the plan that was made at 20"), "\(said)")
            #expect(try await scene.server.count("requests") == requests)
            // It was not applied, so it is good again once the catalog is.
            try Self.write(["A,Mug,130", "B,Cup,6", "D,Bowl,3", "F,Fork,1", "G,Knife,2"], scene)
            #expect(try await scene.run(0, "--plan", "plan.json").count("replaced") == 2)
        }
    }

    /// A plan is stale too when another run has done its work.
    @Test func aPlanThatAnotherRunHasDoneIsStale() async throws {
        try await Scene.with(rows: 5, more: Self.more("report")) { scene in
            try await scene.verb(0, "plan", "job.yaml", "--out", "plan.json")
            try await scene.run(0)
            try await scene.run(
                3, "--plan", "plan.json", says: "5 rows only in the plan, 0 only today, 0 otherwise today")
            try await scene.expectOneLinkEach(5)
        }
    }

    @Test func theBrakesHoldAPlanFileTooUntilItIsApproved() async throws {
        try await Scene.with(more: Scene.limits + "\npolicy: {onChange: replace}") { scene in
            try await scene.run(0)
            try scene.write(rows: 1...30) { _ in "1.25" }
            try await scene.verb(0, "plan", "job.yaml", "--out", "plan.json")
            let said = try await scene.verb(3, "run", "job.yaml", "--plan", "plan.json", says: "brakes.moved")
            let digest = try #require(said.components(separatedBy: "--approve ").last?.prefix(16))
            #expect(said.contains("`catalink run job.yaml --plan plan.json --approve \(digest)`"), "\(said)")
            #expect(
                try await scene.run(0, "--plan", "plan.json", "--approve", String(digest)).count("replaced")
                    == 30)
        }
    }

    /// What is done to a plan file, the exit status and what is said about it.
    private static let damages: [(String, @Sendable (String) -> String, String)] = [
        (
            "an amount", { $0.replacing("\"amount\":\"12.5\"", with: "\"amount\":\"1.25\"") },
            "expected a plan as `catalink plan JOB --out FILE` wrote it, got: one that was cut or edited (make it again)"
        ),
        (
            "the name", { $0.replacing("{\"plan\":\"2", with: "{\"plan\":\"3") },
            "expected a plan as `catalink plan JOB --out FILE` wrote it, got: one that was cut or edited (make it again)"
        ),
        (
            "the end", { String($0.prefix($0.count - 90)) },
            "expected a plan as `catalink plan JOB --out FILE` wrote it, got: one that was cut or edited (make it again)"
        ),
        (
            "the version", { $0.replacing("\"version\":1", with: "\"version\":2") },
            "expected a plan of version 1, got: 2 (make it again with this catalink)"
        ),
        (
            "the job", { $0.replacing("\"job\":\"job\"", with: "\"job\":\"other\"") },
            "got: one for job other of account default at "
        ),
        (
            "all of it", { _ in "sku,title\n" },
            "expected a plan that `catalink plan JOB --out FILE` has written, got: another file"
        ),
        (
            "everything", { _ in "" },
            "expected a plan that `catalink plan JOB --out FILE` has written, got: another file"
        ),
    ]

    @Test func aPlanFileThatIsNotAsItWasWrittenIsRefused() async throws {
        try await Scene.with(rows: 3) { scene in
            try await scene.verb(0, "plan", "job.yaml", "--out", "plan.json")
            let whole = try scene.command.read("plan.json")
            for (what, damage, message) in Self.damages {
                try scene.command.write(damage(whole), to: "plan.json")
                let said = try await scene.verb(78, "run", "job.yaml", "--plan", "plan.json", says: message)
                #expect(said.hasPrefix("plan.json: "), "\(what): \(said)")
            }
            let absent = try await scene.verb(64, "run", "job.yaml", "--plan", "absent.json")
            #expect(absent == "absent.json: expected a plan file to read, got: No such file or directory\n")
            try await scene.verb(
                64, "run", "job.yaml", "job.yaml", "--plan", "plan.json",
                says: "--plan: expected one job, got: 2")
            #expect(try await scene.server.links().isEmpty)
        }
    }
}
