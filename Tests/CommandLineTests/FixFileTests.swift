import CatalinkCore
import Foundation
import Testing

/// Rows that need a change: written by one run, corrected, and read by the next.
@Suite(.timeLimit(.minutes(10)))
struct FixFileTests {
    // MARK: Which rows

    @Test func rowsThatOnlyNeedAnotherTryAreNotInIt() async throws {
        try await Scene.with(rows: 10) { scene in
            try await scene.server.makeForeignLink(slug: "sku-4", title: "Mug number 4")
            try scene.command.write("slug:sku-5 1 firewall\n", to: "script")
            await scene.server.kill()
            try await scene.server.start("--fault-script", "script")
            let first = try await scene.run(75)
            #expect(first.count("rejected") == 1)
            #expect(first.count("failed") == 1)
            let fix = try scene.command.read("\(scene.state)/latest/fix.csv")
            #expect(fix.split(separator: "\n").count == 2)
            #expect(
                fix.hasPrefix(
                    "sku,title,price,_item,_problem,_field,_place\nSKU-4,Mug number 4,12.50,SKU-4,"
                        + "rejected: "))
            // A row that the API has refused says why in each later run, too.
            let second = try await scene.run(2)
            #expect(second.count("rejected") == 1)
            #expect(try scene.command.read("\(scene.state)/latest/fix.csv") == fix)
            try scene.command.write(fix.replacing("SKU-4,", with: "SKU-44,"), to: "fix.csv")
            try await scene.run(0, "--fix", "fix.csv")
        }
    }

    @Test func ofRowsWithOneKeyAllAreInItAndOneIsLeftOrAllAreRenamed() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write(
                "sku,title,price\nA,Tin mug,1\nB,Tin cup,2\nA,Tin pot,3\nA,Tin mug,1\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(
                fix == """
                    sku,title,price,_item,_problem,_field,_place
                    A,Tin mug,1,,"key: ""A"": another row has the same key with other contents (leave out all but one, or give each its own key)",sku,c.csv:2
                    A,Tin pot,3,,"key: ""A"": the same key with other contents stands at c.csv:2 (leave out all but one, or give each its own key)",sku,c.csv:4
                    A,Tin mug,1,,"key: ""A"": the same row stands at c.csv:2 (leave out all but one, or give each its own key)",sku,c.csv:5

                    """)
            try shop.command.write(fix.replacing("A,Tin pot", with: "C,Tin pot"), to: "fix.csv")
            let fixed = try await shop.run(0, "--fix", "fix.csv")
            #expect(fixed.count("created") == 2)
            #expect(fixed.count("merged") == 1)
            #expect(try await shop.created() == ["A", "B", "C"])
        }
    }

    @Test func rowsOfTwoItemsWithOneSlugKeepTheirKeys() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\na b,Tin mug,1\nA-B,Tin cup,2\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            #expect(
                try shop.fix("csv").contains(
                    "a b,Tin mug,1,a b,\"url: \"\"a-b\"\", which c.csv:3 has too\",sku"))
        }
    }

    // MARK: Keys

    @Test func aRowWhoseKeyIsAnotherThanItsItemIsRefused() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\nA-2,Tin cup,x\n,Tin pot,3\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            var fix = try shop.fix("csv").replacing(",x,", with: ",5,")
            fix = fix.replacing("A-1,Tin", with: "A-9,Tin").replacing("\n,Tin pot", with: "\nA-3,Tin pot")
            try shop.command.write(fix, to: "fix.csv")
            let summary = try await shop.run(
                2, "--fix", "fix.csv",
                says:
                    "fix.csv:2:1 (sku): _item: expected the key that the row had, got: \"A-9\" where it was \"A-1\" "
                    + "(the key of a row stays; a spreadsheet may have changed it. To make another item of the row, empty "
                    + "`_item`) [job.yaml:3]")
            #expect(summary.count("created") == 2)
            // It says so again, and still knows the item.
            #expect(
                try shop.fix("csv").contains("A-9,Tin mug,5,A-1,\"_item: expected the key that the row had"))
            try shop.command.write(shop.fix("csv").replacing("A-9,Tin", with: "A-1,Tin"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
            #expect(try await shop.created() == ["A-1", "A-2", "A-3"])
        }
    }

    @Test func whatASpreadsheetDoesToTheFileIsUndoneOrFound() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write(
                "sku,title,price,note\n8720000000001,Tin mug,x,=A1\n8720000000002,Tin cup,x,+49\n"
                    + "00417,Tin \"pot\",x,-\n8720000000004,Tin pan,x,\n", to: "c.csv")
            try shop.command.writeJob(
                "job", source: "{path: c.csv, delimiter: \",\", encoding: utf-8}", target: shop.target,
                more: "where: {note: {not: x}}")
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.contains("\n'8720000000001,Tin mug,x,'=A1,'8720000000001,\"price: "))
            #expect(fix.contains("\n'00417,\"Tin \"\"pot\"\"\",x,'-,'00417,\"price: "))
            // Written by a spreadsheet that has semicolons: a mark, line ends of two bytes, columns at the end.
            let lines = fix.replacing(",x,", with: ",5.00,").split(separator: "\n").map { line in
                "\(line);;".replacing(
                    /"(?:[^"]|"")*"|,/, with: { $0.output == "," ? ";" : String($0.output) })
            }
            var saved = "\u{FEFF}" + lines.joined(separator: "\r\n") + "\r\n"
            // One guard was lost and nothing happened, one key was rounded.
            saved = saved.replacing("'8720000000002;Tin cup", with: "8720000000002;Tin cup")
            saved = saved.replacing("'8720000000004;Tin pan", with: "8,72E+12;Tin pan")
            try shop.command.write(saved, to: "fix.csv")
            let summary = try await shop.run(
                2, "--fix", "fix.csv",
                says: "key: expected a key as it was before a spreadsheet, got: \"8,72E+12\"")
            #expect(summary.count("created") == 3)
            #expect(try await shop.created() == ["00417", "8720000000001", "8720000000002"])
        }
    }

    // MARK: Encodings and places

    @Test func aFixFileIsInUTF8WhateverTheCatalogIsIn() async throws {
        try await FixWorkshop.with { shop in
            let text = "sku;title;price\r\nA-1;Tasse grün;x\r\n"
            let bytes = text.unicodeScalars.map { UInt8($0.value) }
            try Data(bytes).write(to: URL(filePath: shop.command.directory + "/c.csv"))
            try shop.command.writeJob(
                "job", source: "{path: c.csv, encoding: windows-1252, delimiter: \";\"}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            let head = FileManager.default.contents(
                atPath: "\(shop.command.directory)/\(shop.state)/latest/fix.csv")
            #expect(head?.starts(with: [0xEF, 0xBB, 0xBF]) == true)
            #expect(
                fix.hasPrefix("sku;title;price;_item;_problem;_field;_place\r\nA-1;Tasse grün;x;A-1;")
            )
            try shop.command.write(fix.replacing(";x;", with: ";5;"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
        }
    }

    @Test func linesAboveTheHeaderAreNotExpectedInIt() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("Export\n# note\nsku,title,price\nA-1,Tin mug,x\n", to: "c.csv")
            try shop.command.writeJob(
                "job", source: "{path: c.csv, headerRow: 3, comment: \"#\"}", target: shop.target)
            try await shop.run(2)
            try shop.command.write(shop.fix("csv").replacing(",x,", with: ",5,"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
        }
    }

    @Test func whatIsNoFixFileIsRefused() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,5\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            let outcome = try await shop.command.run("run", "job.yaml", "--fix", "c.csv")
            #expect(outcome.status == 65)
            #expect(
                outcome.errors
                    == "c.csv: expected a fix file, which has `_item`, got: a file without (runs and imports write them; "
                    + "its own columns must stay)\n")
            try shop.command.write("[{\"sku\": \"A\", \"title\": \"Tin\", \"price\": 1}]", to: "c.json")
            try shop.command.writeJob("other", source: "{path: c.json}", target: shop.target)
            let nested = try await shop.command.run("check", "other.yaml", "--fix", "c.json")
            #expect(nested.status == 65)
            let several = try await shop.command.run("run", "job.yaml", "other.yaml", "--fix", "c.csv")
            #expect(several.status == 64)
            #expect(several.errors.contains("--fix: expected one job, got: 2"))
        }
    }

    @Test func checkWritesOneToo() async throws {
        try await FixWorkshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\nA-2,Tin cup,5\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            let outcome = try await shop.command.run("check", "job.yaml", "--write-fix", "mine.csv")
            #expect(outcome.status == 2)
            #expect(outcome.output.contains("  fix        mine.csv (1 row)\n"))
            try shop.command.write(
                shop.command.read("mine.csv").replacing(",x,", with: ",5,"), to: "mine.csv")
            #expect(try await shop.run(0, "--fix", "mine.csv").count("created") == 1)
        }
    }

    // MARK: Nights after

    @Test func aRowThatIsCorrectedOnlyInTheFixFileStaysInvalidInTheCatalog() async throws {
        try await FixWorkshop.with { shop in
            let rows = (1...40).map { "A-\($0),Tin mug \($0),\($0 > 20 ? "x" : "5")\n" }.joined()
            try shop.command.write("sku,title,price\n" + rows, to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            try shop.command.write(shop.fix("csv").replacing(",x,", with: ",5,"), to: "fix.csv")
            // As many new items as the ledger has: no brake, as a person has seen each.
            #expect(try await shop.run(0, "--fix", "fix.csv").count("created") == 20)
            let night = try await shop.run(2)
            #expect(night.count("invalid") == 20)
            #expect(night.count("unchanged") == 20)
            #expect(night["ledger"]?["missing"]?.integer == 0)
            #expect(night["ledger"]?["stillSelling"]?.integer == 20)
        }
    }
}
