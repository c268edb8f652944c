import Glibc

/// Remembers values by texts, as many as it has places for: a later text may take an earlier one's place.
///
/// Unchecked: it is touched by one thread at a time, inside an access to the database that it belongs to or by the one
/// owner of `LinkNames`.
final class ByteCache<Value: Sendable>: @unchecked Sendable {
    private struct Place {
        var start: UInt32 = 0
        /// Above zero where there is a text.
        var length: UInt32 = 0
        var value: Value
    }

    private let free: Place
    private var places: [Place]
    /// The texts, one behind another; all are forgotten once they take too much.
    private var bytes: [UInt8] = []
    private static var mostBytes: Int { 4 << 20 }
    private static var mostTries: Int { 8 }

    /// - Parameters:
    ///   - places: a power of two.
    ///   - blank: any value.
    init(places: Int, blank: Value) {
        free = Place(value: blank)
        self.places = Array(repeating: free, count: places)
    }

    subscript(text: [UInt8]) -> Value? {
        get {
            let index = index(of: text)
            return isAt(index, text) ? places[index].value : nil
        }
        set {
            guard let newValue else { return }
            if bytes.count + text.count > Self.mostBytes { removeAll() }
            places[index(of: text)] = Place(
                start: UInt32(bytes.count), length: UInt32(text.count), value: newValue)
            bytes += text
        }
    }

    /// Changes the value of a text where it lies, if there is one.
    func update<Result>(_ text: [UInt8], _ body: (inout Value) -> Result) -> Result? {
        let index = index(of: text)
        return isAt(index, text) ? body(&places[index].value) : nil
    }

    func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        for index in places.indices { places[index] = free }
    }

    /// Where a text is or may be put: in the first of a few places that is its own or free, else in the last.
    private func index(of text: [UInt8]) -> Int {
        let hash = hash(of: text)
        var index = hash & (places.count - 1)
        for _ in 1..<Self.mostTries {
            if places[index].length == 0 || isAt(index, text) { return index }
            index = (index + 1) & (places.count - 1)
        }
        return index
    }

    private func isAt(_ index: Int, _ text: [UInt8]) -> Bool {
        let (start, length) = (Int(places[index].start), Int(places[index].length))
        guard length == text.count, length > 0 else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe text.withUnsafeBytes { text in
                guard let known = bytes.baseAddress, let asked = text.baseAddress else { return false }
                return unsafe memcmp(known + start, asked, length) == 0
            }
        }
    }

    /// Eight bytes at a time: whoever chooses texts gains nothing by many in one place.
    private func hash(of text: [UInt8]) -> Int {
        let hash = unsafe text.withUnsafeBytes { bytes in
            var hash = UInt64(bytes.count)
            var offset = 0
            func mix(_ word: UInt64) {
                let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
                hash = product.high ^ product.low
            }
            while offset + 8 <= bytes.count {
                mix(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            var rest: UInt64 = 0
            while offset < bytes.count {
                rest = rest << 8 | UInt64(unsafe bytes[offset])
                offset += 1
            }
            mix(rest)
            return hash
        }
        return Int(truncatingIfNeeded: hash)
    }
}
