import CatalinkCore

extension MatchedConversions {
    /// Rows about in the order in which the table has them; of equal ids the row that came first is first.
    ///
    /// Eight bytes tell ids apart well enough: rows that are out of order touch a page twice, no more.
    func inOrder(_ range: Range<Int>) -> [Int] {
        guard !isInOrder else { return Array(range) }
        let common = commonPrefix(range)
        var named: [(word: UInt64, row: Int)] = []
        var bare: [(word: UInt64, row: Int)] = []
        named.reserveCapacity(range.count)
        for row in range {
            if rows[row].hasID {
                named.append((word(row, from: common), row))
            } else {
                bare.append((UInt64(bitPattern: rows[row].time.microseconds) ^ 1 << 63, row))
            }
        }
        Self.sort(&named)
        Self.sort(&bare)
        return bare.isEmpty ? named.map(\.row) : named.map(\.row) + bare.map(\.row)
    }

    private static func sort(_ rows: inout [(word: UInt64, row: Int)]) {
        rows.sort { $0.word == $1.word ? $0.row < $1.row : $0.word < $1.word }
    }

    /// Eight bytes of an id, the first the most significant.
    private func word(_ row: Int, from start: Int) -> UInt64 {
        let id = id(of: row)
        var word: UInt64 = 0
        for index in start..<(start + 8) {
            word = word << 8 | (index < id.count ? UInt64(id[index]) : 0)
        }
        return word
    }

    /// How many bytes all ids begin with alike.
    private func commonPrefix(_ range: Range<Int>) -> Int {
        guard let first = range.first(where: { rows[$0].hasID }) else { return 0 }
        var length = id(of: first).count
        for row in range where rows[row].hasID {
            length = min(length, id(of: row).count)
            var index = 0
            while index < length, id(of: row)[index] == id(of: first)[index] { index += 1 }
            length = index
        }
        return length
    }
}
