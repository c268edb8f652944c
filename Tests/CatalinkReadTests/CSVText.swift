import CatalinkCore

@testable import CatalinkRead

/// What a CSV text gives from its begin to its end, whatever it is read with.
struct CSVOutcome: Equatable {
    var columns: [String] = []
    var records: [ReadRecord] = []
    /// One a field, record after record.
    var places: [TextPosition] = []
    var notes: [String] = []
    var error: String?
}

/// Gives at most so many bytes at a time.
private final class Trickle: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ text: String, size: Int) {
        rest = Array(text.utf8)[...]
        self.size = size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        let count = min(rest.count, buffer.count, size)
        buffer.copyBytes(from: rest.prefix(count))
        rest.removeFirst(count)
        return count
    }
}

extension CSVOutcome {
    /// Reads a text that messages call `c.csv`.
    init(
        of text: String, _ dialect: CSVDialect = CSVDialect(), limits: ReadLimits = ReadLimits(),
        bufferSize: Int = 65_536, trickle: Int = .max
    ) {
        do throws(CatalogError) {
            let reader = try CSVReader(
                Trickle(text, size: trickle), name: "c.csv", dialect: dialect, limits: limits,
                bufferSize: bufferSize)
            columns = reader.seenColumns
            while let batch = try reader.next() { add(batch) }
            notes = reader.notes
        } catch {
            // What was read until then depends on the buffers.
            self = CSVOutcome(error: error.message)
        }
    }

    private mutating func add(_ batch: RecordBatch) {
        for (index, entry) in batch.records.enumerated() {
            records.append(ReadRecord(batch, index, entry))
            places += batch.header.columns.indices.map { batch.position(of: $0, in: index) }
        }
    }

    var values: [[String]] { records.map(\.values) }
    var lines: [Int] { records.map(\.line) }
}

extension CSVDialect {
    /// A dialect with some of it said.
    static func with(_ change: (inout CSVDialect) -> Void) -> CSVDialect {
        var dialect = CSVDialect()
        change(&dialect)
        return dialect
    }
}
