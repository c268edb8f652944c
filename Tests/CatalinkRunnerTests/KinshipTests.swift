import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// Records that take from each other, through a whole plan.
@Suite(.timeLimit(.minutes(1)))
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
