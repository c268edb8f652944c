import CatalinkCore
import CatalinkRunner
import Testing

/// Where `catalink init` finds the records of a file.
@Suite(.timeLimit(.minutes(10)))
struct InitRecordTests {
    @Test(
        arguments: [
            ("one.json", #"{"sku": "A-1", "name": "Tin mug", "price": 5, "images": ["x", "y"]}"#, ".", 1),
            (
                "one.json",
                #"{"sku": "A-1", "name": "Tin mug", "price": 5, "sizes": [{"sku": "a", "price": 1}, {"sku": "b", "price": 2}]}"#,
                ".", 1
            ),
            ("list.json", #"{"items": [{"id": 1, "name": "Tin mug", "price": 5}]}"#, "/items", 1),
            (
                "keyed.json",
                #"{"7": {"name": "Tin mug", "price": 5}, "8": {"name": "Tin cup", "price": 7}}"#, "/*", 2
            ),
            (
                "keyed.json",
                #"{"items": {"7": {"name": "Tin mug", "price": 5}, "8": {"name": "Tin cup", "price": 7}}}"#,
                "/items/*", 2
            ),
            ("one.yaml", "sku: A-1\nname: Tin mug\nprice: 5\n", ".", 1),
            (
                "two.yaml", "sku: A-1\nname: Tin mug\nprice: 5\n---\nsku: B-1\nname: Tin cup\nprice: 7\n",
                ".", 2
            ),
            (
                "one.xml",
                "<goods stand=\"1\"><good><sku>A-1</sku><name>Tin mug</name><price>5</price></good></goods>",
                "/goods/good", 1
            ),
            (
                "one.xml",
                """
                <shop><info><date>1</date><by>us</by></info><goods><good><sku>A-1</sku><name>Tin mug</name>
                <price>5</price><image><url>a</url><alt>b</alt></image><image><url>c</url><alt>d</alt></image>
                </good></goods></shop>
                """, "/shop/goods/good", 1
            ),
        ])
    func recordsAreFoundHoweverFewTheyAre(
        _ file: String, _ text: String, _ records: String, _ creations: Int
    ) async throws {
        let job = try await BegunJob(file, text)
        #expect(job.line("  records:") == "  records: \"\(records)\"")
        #expect(job.totals.creations == creations, "\(job.refusals) \(job.problems)")
    }

    @Test(
        arguments: [
            ("a.jsonl", "jsonl"), ("a.ndjson.gz", "jsonl"), ("a.json", "json"),
        ])
    func oneLineIsADocumentUnlessItsNameSaysLines(_ file: String, _ format: String) async throws {
        let job = try await BegunJob(file, #"{"sku": "A-1", "name": "Tin mug", "price": 5}"# + "\n")
        #expect(job.line("  format:") == "  format: \(format)")
        #expect(job.totals.creations == 1)
    }

    @Test(
        arguments: [
            (
                "c.json",
                """
                {"items": [{"id": 1, "name": "Tin mug", "price": 5, "sizes": [{"sku": "a"}, {"sku": "b"}]},
                {"id": 2, "name": "Tin cup", "price": 7}]}
                """, "sizes", "/items/*/sizes"
            ),
            (
                "c.yaml",
                "mug: {name: Tin mug, price: 5, sizes: [{sku: a}, {sku: b}]}\ncup: {name: Tin cup, price: 7}\n",
                "sizes", "/*/sizes"
            ),
            (
                "c.jsonl",
                """
                {"id": 1, "name": "Tin mug", "price": 5, "sizes": [{"sku": "a"}, {"sku": "b"}]}
                {"id": 2, "name": "Tin cup", "price": 7}
                """, "sizes", "/sizes"
            ),
            (
                "c.xml",
                """
                <shop><item><sku>A</sku><name>Tin mug</name><price>5</price><sizes><size><no>a</no><w>1</w></size>
                <size><no>b</no><w>2</w></size></sizes></item><item><sku>B</sku><name>Tin cup</name><price>7</price>
                </item></shop>
                """, "sizes/size", "/shop/item/sizes/size"
            ),
        ])
    func aListInARecordIsNamed(_ file: String, _ text: String, _ list: String, _ records: String) async throws
    {
        let job = try await BegunJob(file, text)
        #expect(
            job.lines.contains(
                "# EACH RECORD HAS A LIST \"\(list)\", and gets one link however many are in it; for a link of each: "
                    + "records: \"\(records)\""), "\(job.lines)")
        #expect(job.totals.creations == 2, "\(job.refusals) \(job.problems)")
    }

    @Test func aMappingMayHaveAsManyMembersAsThereAreProducts() async throws {
        let members = (1...17_000).map { "\"p\($0)\": {\"name\": \"Tin mug\", \"price\": 5}" }
        let job = try await BegunJob("c.json", "{\(members.joined(separator: ",\n"))}")
        #expect(job.line("key:") == "key: \"{{@key | unguard}}\"")
        #expect(job.totals.creations == 17_000)
    }

    // MARK: Tables

    @Test(
        arguments: [
            ("Price list 2026\nsku,name,price\nA-1,Tin mug,5.00\n", 2),
            ("Price list 2026\n\nas of,2026-01-01\nsku,name,price\nA-1,Tin mug,5.00\n", 4),
            ("Price list,2026,,\nsku,name,colour,price\nA-1,Tin mug,red,5.00\n", 2),
            ("Preise; Stand 2026\nsku;name;price\nA-1;Tin mug;\"5,00\"\n", 2),
            ("sku,name,price\nA-1,Tin mug,5.00\n", nil),
            (",sku,name,price\n0,A-1,Tin mug,5.00\n", nil),
            ("\n\nsku,name,price\nA-1,Tin mug,5.00\n", nil),
            ("sku,name,price\n", nil),
            ("sku,name,price,\nA-1,Tin mug,5.00,new\n", nil),
        ] as [(String, Int?)])
    func linesAboveTheHeaderAreNoHeader(_ text: String, _ line: Int?) async throws {
        let job = try await BegunJob("c.csv", text)
        #expect(job.line("  headerRow:") == line.map { "  headerRow: \($0)" })
        #expect(job.line("key:") == "key: \"{{sku | unguard}}\"")
        #expect(job.totals.creations == (text.contains("A-1") ? 1 : 0), "\(job.refusals) \(job.problems)")
    }
}
