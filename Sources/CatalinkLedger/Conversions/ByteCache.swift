/// Remembers values by texts, as many as it has places for: a later text may take an earlier one's.
///
/// Unchecked: it is touched by one thread at a time, inside an access to the database that it belongs to or by the one
/// owner of `LinkNames`.
final class ByteCache<Value: Sendable>: @unchecked Sendable {
    private var texts: [[UInt8]]
    private var values: [Value?]

    /// - Parameter places: a power of two.
    init(places: Int) {
        texts = Array(repeating: [], count: places)
        values = Array(repeating: nil, count: places)
    }

    subscript(text: [UInt8]) -> Value? {
        get {
            let place = place(of: text)
            return texts[place] == text ? values[place] : nil
        }
        set {
            let place = place(of: text)
            texts[place] = text
            values[place] = newValue
        }
    }

    func removeAll() {
        for place in texts.indices where !texts[place].isEmpty {
            texts[place] = []
            values[place] = nil
        }
    }

    /// FNV-1a: texts are short, and whoever chooses them gains nothing by two in one place.
    private func place(of text: [UInt8]) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (texts.count - 1)
    }
}
