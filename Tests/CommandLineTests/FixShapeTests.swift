import CatalinkCore
import Foundation
import Testing

/// Rows of every shape in fix files.
@Suite(.timeLimit(.minutes(10)))
struct FixShapeTests {
    @Test func rowsOfTooManyOrTooFewFieldsStayAligned() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write(
                "sku,title,price,stock\nA-1,Tin mug, blue,5.00,40\nA-2,Tin cup 6.00,40\nA-3,Tin pot,7.00,1\n",
                to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(
                fix == """
                    sku,title,price,stock,_item,_problem,_field,_place
                    A-1,Tin mug, blue,5.00,,"row: expected 4 fields as in the header, got: 5 (an unquoted delimiter or a missing one?)",,c.csv:2,40
                    A-2,Tin cup 6.00,40,,,"row: expected 4 fields as in the header, got: 3 (an unquoted delimiter or a missing one?)",3 of 4 fields,c.csv:3

                    """)
            // Though filled up it would do as a row of four.
            try shop.command.write(fix, to: "fix.csv")
            let summary = try await shop.run(
                2, "--fix", "fix.csv",
                says:
                    "row: expected all fields of the header, got: 3 of 4, as before (an unquoted delimiter or a missing one? "
                    + "If the row is right as it is, empty `_field`)")
            #expect(summary.count("invalid") == 2)
            #expect(try shop.fix("csv").contains(",3 of 4 fields,"))
            let corrected =
                fix.replacing("Tin mug, blue,5.00,", with: "\"Tin mug, blue\",5.00,40,").replacing(
                    "2,40", with: "2"
                )
                .replacing("Tin cup 6.00,40,", with: "Tin cup,6.00,40")
            try shop.command.write(corrected, to: "fix.csv")
            #expect(try await shop.run(0, "--fix", "fix.csv").count("created") == 2)
            #expect(try await shop.created() == ["A-1", "A-2", "A-3"])
        }
    }

    @Test func rowsOfSeveralFilesStandInTheColumnsOfAll() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\n", to: "a.csv")
            try shop.command.write("price,extra,sku,title\ny,more,A-2,Tin cup\n3,,A-3,Tin pot\n", to: "b.csv")
            try shop.command.writeJob("job", source: "{path: [a.csv, b.csv]}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv").replacing(/"price[^\n]*:13\n|"price[^\n]*:1\n/, with: "…\n")
            #expect(
                fix == "sku,title,price,extra,_item,_problem,_field,_place\n"
                    + "A-1,Tin mug,x,,A-1,…\nA-2,Tin cup,y,more,A-2,…\n")
        }
    }

    /// What rows take from each other they have in it: the rows above and below are not.
    @Test(arguments: [
        "fillDown: {by: group, columns: [title]}", "fillDown: {columns: [title]}",
        "fillDown: {by: group, columns: [title], reach: file}",
    ])
    func whatRowsInheritIsWrittenOut(_ kinship: String) async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write(
                "group,sku,title,price\nm,A-1,Tin mug,1\nm,A-2,,x\nc,B-1,Tin cup,2\nc,B-2,,y\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target, more: kinship)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.contains("\nm,A-2,Tin mug,x,") && fix.contains("\nc,B-2,Tin cup,y,"))
            try shop.command.write(
                fix.replacing(",x,", with: ",3,").replacing(",y,", with: ",4,"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
            #expect(try await shop.created() == ["A-1", "A-2", "B-1", "B-2"])
        }
    }

    @Test func foldedRowsComeOutOneByOne() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\n\"A, B\",Tin mug,\"1, x\"\nC,Tin cup,2\n", to: "c.csv")
            try shop.command.writeJob(
                "job", source: "{path: c.csv}", target: shop.target, more: "unfold: {columns: [sku, price]}")
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.split(separator: "\n").count == 2)
            #expect(fix.contains("\nB,Tin mug,x,B,"))
            try shop.command.write(fix.replacing(",x,", with: ",3,"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
            #expect(try await shop.created() == ["A", "B", "C"])
        }
    }

    @Test func recordsOfPathsBringWhatTheyTookFromElsewhere() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write(
                """
                <shop date="2026"><name>Ünï</name><offers>
                  <offer><group>m</group><sku>A-1</sku><title>Tin mug</title><price>1</price></offer>
                  <offer><group>m</group><sku>A-2</sku><title></title><price>x</price></offer>
                </offers></shop>
                """, to: "c.xml")
            try shop.command.write(
                """
                job: job
                source: {path: c.xml, records: /shop/offers/offer}
                fillDown: {by: group, columns: [title]}
                key: "{{/shop/@date}}-{{sku}}"
                link: {title: "{{title}}", url: "{{/shop/name | slug}}-{{sku | slug}}", linkType: PRODUCT}
                pricing: {price: "{{price}}"}
                target: \(shop.target)
                """, to: "job.yaml")
            try await shop.run(2)
            let fix = try shop.fix("xml")
            for part in [
                "<_item>2026-A-2</_item>", "<_given column=\"title\">Tin mug</_given>",
                "<_given column=\"/shop/@date\">2026</_given>", "<_given column=\"/shop/name\">Ünï</_given>",
            ] { #expect(fix.contains(part), "\(fix)") }
            try shop.command.write(fix.replacing(">x<", with: ">y<"), to: "fix.xml")
            try await shop.run(2, "--fix", "fix.xml")
            #expect(try shop.fix("xml").contains("<_given column=\"title\">Tin mug</_given>"))
            try shop.command.write(shop.fix("xml").replacing(">y<", with: ">2<"), to: "fix.xml")
            try await shop.run(0, "--fix", "fix.xml")
            #expect(try await shop.created() == ["2026-A-1", "2026-A-2"])
        }
    }

    @Test func recordsUnderNamesKeepThem() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write(
                "p:\n  A: {sku: A, title: Tin mug, price: x}\n  B: {sku: B, title: Tin cup, price: 1}\n",
                to: "c.yml")
            try shop.command.write(
                """
                job: job
                source: {path: c.yml, records: "/p/*"}
                key: "{{@key}}"
                link: {title: "{{title}}", url: "{{@key | slug}}", linkType: PRODUCT}
                pricing: {price: "{{price}}"}
                target: \(shop.target)
                """, to: "job.yaml")
            try await shop.run(2)
            try shop.command.write(shop.fix("yaml").replacing("price: x", with: "price: 2"), to: "fix.yaml")
            try await shop.run(0, "--fix", "fix.yaml")
            #expect(try await shop.created() == ["A", "B"])
        }
    }

    @Test func rowsOfSegmentsAreOneRow() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\nA-2,Tin cup,5\n,Tin pot,5\n", to: "c.csv")
            try shop.command.write(
                """
                job: job
                source: {path: c.csv}
                key: "{{sku}}"
                segments: [new, old]
                link: {title: "{{title}}", url: "{{sku | slug}}-{{segment}}", linkType: PRODUCT}
                pricing: {price: "{{price}}", rules: [{name: r, when: {segment: old, sku: A-2}, add: "-9"}]}
                target: \(shop.target)
                """, to: "job.yaml")
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.contains("\nA-1,Tin mug,x,\"A-1 (new, old)\",\"price: expected "))
            #expect(fix.contains("\nA-2,Tin cup,5,A-2 (old),\""))
            #expect(fix.contains("\n,Tin pot,5,,\"key: expected a key"))
            try shop.command.write(
                fix.replacing(",x,", with: ",3,").replacing("cup,5", with: "cup,20").replacing(
                    "\n,Tin", with: "\nA-3,Tin"), to: "fix.csv")
            // The link of the other segment carries the former price.
            let summary = try await shop.run(2, "--fix", "fix.csv")
            #expect(summary.count("created") == 5)
            #expect(summary.count("changed") == 1)
        }
    }
}
