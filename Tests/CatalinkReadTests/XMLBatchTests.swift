import CatalinkCore
import CatalinkRead
import Testing

/// Chunks and batches end where they end, also in the middle of a record.
struct XMLBatchTests {
    private func read(_ text: String, _ columns: [String]) throws -> [ReadRecord] {
        try withFile(text) { file in
            try records(of: XMLCatalog(path: file, name: "catalog.xml", recordPath: "/r/i"), columns: columns)
        }
    }

    @Test func recordsOverSeveralChunksAreWhole() throws {
        let items = (1...2000).map { "<i n=\"\($0)\"><t>é \($0)</t><p c=\"EUR\">\($0).50</p></i>\n" }
        let records = try read("<r>\n" + items.joined() + "</r>", ["t", "p", "p/@c", "@n"])
        #expect(records.count == 2000)
        let areWhole = records.allSatisfy { record in
            record.values == ["é \(record.number)", "\(record.number).50", "EUR", "\(record.number)"]
                && record.line == record.number + 1
        }
        #expect(areWhole)
    }

    @Test func recordsOverSeveralBatchesAreWhole() throws {
        let items = (1...10_000).map { "<i n=\"\($0)\"><t>é \($0)</t><p c=\"EUR\">\($0).50</p></i>\n" }
        let records = try read("<r>\n" + items.joined() + "</r>", ["t", "p", "p/@c", "@n"])
        #expect(records.count == 10_000)
        let areWhole = records.allSatisfy { record in
            record.values == ["é \(record.number)", "\(record.number).50", "EUR", "\(record.number)"]
                && record.line == record.number + 1
        }
        #expect(areWhole)
    }

    @Test func aTextAroundRecordsLiesInABatchOnce() throws {
        let (first, second) = (
            String(repeating: "a", count: 100_000), String(repeating: "b", count: 100_000)
        )
        let items = { (numbers: ClosedRange<Int>) in numbers.map { "<i>\($0)</i>" }.joined() }
        let text = "<r><x>\(first)</x>\(items(1...5000))<x>\(second)</x>\(items(5001...10_000))</r>"
        try withFile(text) { file in
            let reader = try XMLCatalog(path: file, name: "catalog.xml", recordPath: "/r/i").open(
                columns: ["/r/x", "."])
            var number = 0
            while let batch = try reader.next() {
                #expect(batch.bytes.count < 400_000)
                for record in 0..<batch.count {
                    number += 1
                    #expect(batch.copy(of: 1, in: record) == Array("\(number)".utf8))
                    let wanted = number <= 5000 ? first : second
                    guard batch.copy(of: 0, in: record) == Array(wanted.utf8) else {
                        Issue.record("record \(number) has another text")
                        return
                    }
                }
            }
            #expect(number == 10_000)
        }
    }

    @Test func aRecordLargerThanABatchDoesNotEndTheCatalog() throws {
        let large = String(repeating: "0123456789", count: 50_000)
        let text = "<r><i><t>1</t></i><i><t>\(large)</t><p>2</p></i><i><t>3</t></i></r>"
        let records = try read(text, ["t", "p"])
        #expect(records.map(\.values) == [["1", ""], [large, "2"], ["3", ""]])
    }
}
