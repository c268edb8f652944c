import CatalinkCore
@testable import CatalinkRead
import CatalinkTestSupport
import Glibc
import Synchronization
import Testing

/// Blocks that are filled on another thread come in order, and end with whoever takes them.
struct ReadAheadTests {
    @Test(arguments: [1, 2, 3, 4, 1000])
    func blocksComeInOrder(_ count: Int) {
        let ahead = ReadAhead(Numbers(count))
        var numbers: [Int] = []
        repeat { numbers.append(ahead.next().number) } while ahead.hasMore
        #expect(numbers == Array(0..<count))
        #expect(ahead.next().number == count - 1)
    }

    @Test func whatFitsOneBlockNeedsNoThread() {
        let ahead = ReadAhead(Numbers(1))
        #expect(pthread_equal(ahead.next().thread, pthread_self()) != 0)
    }

    @Test func whatIsNotTakenEndsWithTheTaker() {
        let log = Log()
        do {
            let ahead = ReadAhead(Numbers(1_000_000, log))
            #expect(ahead.next().number == 0)
            #expect(ahead.next().number == 1)
        }
        // One taken, one given back for it, and four ahead.
        #expect(log.filled.withLock { $0 } <= 6)
        #expect(log.isFreed.withLock { $0 })
    }

    // MARK: Catalogs of many blocks

    private static let many = 30_000

    @Test func recordsOfManyYAMLBlocksAreWhole() throws {
        let text = (0..<Self.many).map { "- {sku: A-\($0), name: &n\($0) Mug \($0), again: *n\($0)}\n" }
        let catalog = NestedCase(
            format: .yaml, text: text.joined(), columns: ["sku", "name", "again"])
        let outcome = catalog.outcome()
        #expect(outcome.message == nil)
        #expect(outcome.values == (0..<Self.many).map { ["A-\($0)", "Mug \($0)", "Mug \($0)"] })
        #expect(outcome.lines == Array(1...Self.many))
    }

    @Test func whatBreaksALateYAMLBlockIsToldAtItsLine() {
        let text = String(repeating: "- {a: 1}\n", count: Self.many)
        let outcome = NestedCase(format: .yaml, text: text + "- {a: 1, a: 2}\n- ]\n").outcome()
        #expect(
            outcome.message
                == "c:\(Self.many + 1):10: expected each name once in a mapping, got: a second \"a\"")
        let broken = NestedCase(format: .yaml, text: text + "- ]\n").outcome()
        #expect(broken.message?.hasPrefix("c:\(Self.many + 1):3: expected YAML, got: ") == true)
    }

    @Test func recordsOfManyXMLBlocksAreWhole() throws {
        let text = (0..<Self.many).map { "<i sku='A-\($0)'><name>Mug &amp; \($0)</name></i>\n" }
        try withFile("<r>\n" + text.joined() + "</r>") { path in
            let reader = try XMLCatalog(path: path, name: "c", recordPath: "/r/i")
                .open(columns: ["@sku", "name"])
            var values: [[String]] = []
            while let batch = try reader.next() {
                for record in 0..<batch.count {
                    values.append([0, 1].map { batch.copy(of: $0, in: record).text })
                    #expect(batch.records[record].line == values.count + 1)
                }
            }
            #expect(values == (0..<Self.many).map { ["A-\($0)", "Mug & \($0)"] })
        }
    }

    /// What little writes must not become much in memory.
    @Test func attributesThatADOCTYPEGivesAreBounded() throws {
        let names = (0..<500).map { "a\($0) CDATA 'x'" }.joined(separator: " ")
        let text = "<!DOCTYPE r [<!ATTLIST i \(names)>]>\n<r>" + String(repeating: "<i/>", count: 1000)
        try withFile(text + "</r>") { path in
            let catalog = XMLCatalog(path: path, name: "c", recordPath: "/r/i")
            #expect(
                complaint(about: catalog, columns: ["@a1"])
                    == "c:2: expected attributes that the elements have themselves, got: very many that the "
                    + "DOCTYPE gives them")
        }
    }
}

private final class Log: Sendable {
    let filled = Mutex(0)
    let isFreed = Mutex(false)
}

/// Counts its blocks; a block's number was given to it when it was prepared.
private final class Numbers: BlockProducer {
    final class Block {
        var prepared = -1
        var number = -1
        var thread = pthread_self()
    }

    private let count: Int
    private let log: Log?
    private var prepared = 0

    init(_ count: Int, _ log: Log? = nil) {
        (self.count, self.log) = (count, log)
    }

    deinit {
        log?.isFreed.withLock { $0 = true }
    }

    func makeBlock() -> Block { Block() }

    func prepare(_ block: Block) {
        block.prepared = prepared
        prepared += 1
    }

    func fill(_ block: Block) -> Bool {
        log?.filled.withLock { $0 += 1 }
        (block.number, block.thread) = (block.prepared, pthread_self())
        return block.number < count - 1
    }
}
