import ArgumentParser

/// The command.
@main
struct Catalink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalink",
        abstract: "Turns product catalogs into payment links: every row exactly once.",
        discussion: """
            A job file says where the catalog is, how its rows become links, and
            where these are made.

              catalink check JOB   every mistake of job file and catalog, offline
              catalink plan JOB    what a run would send
              catalink run JOB     make the links; again and again, each row once
              catalink doctor JOB  whether a job can run here

            Exit status:
              0   all settled
              2   some rows need work
              3   stopped by brakes, canary or errors
              4   a person is needed: held items, links not as they were asked for
              64  wrong usage
              65  the catalog cannot be read
              69  the API is unreachable
              75  run again later
              77  wrong credentials
              78  wrong job file, ledger or target
              130 and 143 after SIGINT and SIGTERM
              1   output that cannot be written, or a bug
            """,
        version: Version.text,
        subcommands: [
            Run.self, Plan.self, Check.self, Examine.self, PrintSchedule.self, Status.self, Results.self,
            Report.self, Retry.self,
            Resolve.self,
            Pause.self, Resume.self, Verify.self, Adopt.self, Ledger.self, Conversions.self,
            Analyze.self, Top.self, Init.self,
            Presets.self,
            Schema.self,
            Sandbox.self, Bench.self,
        ])
}
