import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// Records that take from each other, through a whole plan.
@Suite(.timeLimit(.minutes(10)))
struct KinshipTests {
    private func report(_ files: [String: String], _ job: String) async throws -> PlanReport {
        try await withTemporaryDirectory { directory in
            for (name, text) in files { try write(text, to: directory + "/" + name) }
            try write(
                """
                job: j
                key: "{{sku}}"
                link: {title: "{{title}}", url: "{{sku | slug}}"\(job.contains("to: eurc") ? ", currency: eurc" : "")}
                target: {sandbox: {}}
                \(job)
                \(job.contains("pricing:") ? "" : "pricing: {price: \"{{price}}\"}")
                """, to: directory + "/job.yaml")
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            return try await Pipeline(JobFile.load(directory + "/job.yaml"), environment).check()
        }
    }

    @Test func rowsOfAHandleInheritFromLaterRows() async throws {
        let report = try await report(
            ["c.csv": "handle,sku,title,price\nmug,A,,1\ncup,B,Tin cup,2\nmug,C,Tin mug,3\n"],
            "source: {path: c.csv}\nfillDown: {by: handle, columns: [title], reach: file}")
        #expect(report.totals.creations == 3)
        #expect(report.books[.invalid] == 0)
    }

    @Test func childrenInheritFromParentsAndParentsAreLeftOut() async throws {
        let report = try await report(
            ["c.csv": "id,sku,parent,title,price\n9,K,id:1,,1\n1,P,,Tin mug,\n8,L,P,,2\n7,M,Q,,2\n"],
            """
            source: {path: c.csv}
            parent: {of: parent, is: ["{{sku}}", "id:{{id}}"], columns: [title]}
            where: {price: {empty: false, reason: parents}}
            """)
        #expect(report.totals.creations == 2)
        #expect(report.filtered == ["parents": 1])
        // Nobody is called Q.
        #expect(report.books[.invalid] == 1)
    }

    private func messages(_ report: PlanReport) -> [String] {
        report.problems.groups.flatMap { group in group.examples.map { $0.message(jobFile: "job.yaml") } }
    }

    @Test func aParentThatIsNotThereIsTheRowsProblem() async throws {
        let files = [
            "c.csv":
                "sku,parent,title,price,state\nK,Q,,1,on\nL,Q,,1,off\nM,,Tin mug,1,on\nN,Q,Tin cup,1,on\n"
        ]
        let job = """
            source: {path: c.csv}
            parent: {of: parent, is: "{{sku}}", columns: [title]}
            where: {state: on}
            """
        let report = try await report(files, job)
        #expect(report.totals.creations == 2)
        // What is left out needs no parent.
        #expect(report.filtered == ["state is not \"on\"": 1])
        #expect(
            messages(report).contains { message in
                message.hasSuffix(
                    "c.csv:2:3 (parent): parent: expected a row that is the parent, got: none that is \"Q\" "
                        + "(`parent: {optional: true, …}` lets rows without theirs keep what they have) "
                        + "[job.yaml:6]")
            }, "\(messages(report))")
    }

    @Test func childrenOfAParentThatFailsItsTestAreLeftOut() async throws {
        // A parent's parent counts, too, and a row that has all it needs.
        let report = try await report(
            [
                "c.csv":
                    "sku,parent,title,price,state\nK,P,Tin mug,1,on\nL,K,Tin cup,1,on\nP,,Tin pot,1,off\nM,,Tin pan,1,on\n"
            ],
            """
            source: {path: c.csv}
            parent:
              of: parent
              is: "{{sku}}"
              columns: [title]
              where: {state: {eq: on, reason: parents that are off}}
            where: {sku: {not: {glob: [x*, P]}, reason: the parent}}
            """)
        #expect(report.totals.creations == 1)
        #expect(report.filtered == ["parents that are off": 2, "the parent": 1])
        #expect(report.books[.invalid] == 0)
    }

    @Test func aParentsNameThatCannotBeMadeEndsNoRun() async throws {
        let report = try await report(
            ["c.csv": "sku,id,parent,title,price\nK,x,,Tin mug,1\nL,2,,Tin cup,1\nM,3,2,,1\n"],
            """
            source: {path: c.csv}
            parent: {of: parent, is: "{{id | decimal}}", columns: [title]}
            """)
        #expect(report.totals.creations == 2)
        #expect(report.books[.invalid] == 1)
        #expect(messages(report).count == 1)
        #expect(
            messages(report).allSatisfy {
                $0.hasSuffix("c.csv:2:3 (id): parent.is: expected a decimal number, got: \"x\" [job.yaml:6]")
            }, "\(messages(report))")
    }

    @Test(arguments: ["is: \"{{sku | lookup: t}}\"", "is: \"{{sku}}\", where: {\"{{sku | lookup: t}}\": P}"])
    func aParentIsJudgedByTheMomentOfThePlan(_ parent: String) async throws {
        let report = try await report(
            ["c.csv": "sku,parent,title,price\nP,,Tin mug,1\nK,P,,1\n"],
            """
            source: {path: c.csv}
            tables: {t: {values: {P: P, K: K}, date: 2020-01-01, maxAge: 24h}}
            parent: {of: parent, columns: [title], \(parent)}
            """)
        #expect(report.totals.creations == 0)
        #expect(
            messages(report).contains { $0.contains("at most 1d old, got: one of 2020-01-01 for \"P\"") },
            "\(messages(report))")
    }

    @Test func aCellOfTooManyElementsIsItsRowsProblem() async throws {
        let sizes = String(repeating: "S|", count: 100_000)
        let report = try await report(
            ["c.csv": "sku,size,title,price\nA,\(sizes),Tin mug,1\nB,L|M,Tin cup,1\n"],
            """
            source: {path: c.csv}
            unfold: {columns: [size], separator: "|"}
            segment: "{{size}}"
            """)
        #expect(report.books[.invalid] == 1)
        #expect(
            messages(report).contains {
                $0.contains("c.csv:2:3 (size): unfold: expected a cell of at most 100000 elements, got: more")
            }, "\(messages(report))")
    }

    @Test func whatAParentHasFromAboveReachesItsChildren() async throws {
        // The parent's title stands in the row above it, and its maker with its siblings.
        let report = try await report(
            [
                "c.csv": "sku,parent,brand,title,price\nA,,b,Tin mug,1\nP,,b,,1\nK,P,c,,1\n"
            ],
            """
            source: {path: c.csv}
            fillDown: {by: brand, columns: [title]}
            parent: {of: parent, is: "{{sku}}", columns: [title]}
            """)
        #expect(report.totals.creations == 3)
        let apart = try await self.report(
            [
                "c.csv": "sku,parent,brand,title,price\nP,,b,,1\nK,P,c,,1\nA,,b,Tin mug,1\n"
            ],
            """
            source: {path: c.csv}
            fillDown: {by: brand, columns: [title], reach: file}
            parent: {of: parent, is: "{{sku}}", columns: [title]}
            """)
        #expect(apart.totals.creations == 3)
    }

    @Test func rowsInheritNothingFromTheFileBefore() async throws {
        let report = try await report(
            [
                "a.csv": "handle,sku,title,price\nmug,A,Tin mug,1\n",
                "b.csv": "handle,sku,title,price\nmug,B,,2\n",
            ],
            "source: {path: [a.csv, b.csv]}\nfillDown: {by: handle, columns: [title]}")
        #expect(report.totals.creations == 1)
        #expect(report.books[.invalid] == 1)
    }

    @Test func foldedRowsBecomeSeveral() async throws {
        let report = try await report(
            ["c.csv": "sku,title,price\n\"A, B\",Tin mug,1\nC,Tin cup,2\n"],
            "source: {path: c.csv}\nunfold: {columns: [sku], separator: \",\"}")
        #expect(report.books.rows == 2)
        #expect(report.books.pairs == 3)
        #expect(report.totals.creations == 3)
    }

    @Test func whatIsTestedMayBeATemplate() async throws {
        let report = try await report(
            ["c.csv": "sku,title,price,p\nA,Tin mug,1,1.00 EUR\nB,Tin cup,2,2.00 USD\nC,Tin pot,2,12\n"],
            "source: {path: c.csv}\nwhere: {\"{{p | currency}}\": {eq: EUR, reason: another currency}}")
        #expect(report.totals.creations == 1)
        #expect(report.filtered == ["another currency": 2])
    }

    @Test func aPriceInAnotherCurrencyThanTheJobsIsAProblem() async throws {
        let report = try await report(
            ["c.csv": "sku,title,price\nA,Tin mug,1.00 EUR\nB,Tin cup,2.00 USD\n"],
            """
            source: {path: c.csv}
            pricing: {price: "{{price | money}}", convert: {from: EUR, to: eurc, rate: "1"}}
            """)
        #expect(report.totals.creations == 1)
        #expect(report.books[.invalid] == 1)
    }

    @Test func filesMayHaveHeadersInAnyOrder() async throws {
        let report = try await report(
            [
                "a.csv": "sku,title,price\nA,Tin mug,1\n", "b.csv": "price,more,sku,title\n2,x,B,Tin cup\n",
                "c.csv": "handle,sku,title,price\n",
            ],
            "source: {path: [\"b.csv\", \"[ac].csv\"]}")
        #expect(report.books.rows == 2)
        #expect(report.totals.creations == 2)
    }
}
