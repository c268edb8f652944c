import Glibc

/// Bytes whose address stays until they grow; for text that is read where it lies.
final class ByteStore {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// Bytes that were appended.
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    @inline(__always)
    func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.baseAddress else { return }
        if bytes.count > capacity - count { grow(to: 2 * (count + bytes.count), keeping: count) }
        memcpy(base + count, first, bytes.count)
        count &+= bytes.count
    }

    /// Moves what follows to the begin.
    func removeFirst(_ gone: Int) {
        base.update(from: base + gone, count: count - gone)
        count -= gone
    }

    func removeLast(_ gone: Int) {
        count -= gone
    }

    /// Gives back its room where that is for more than so many bytes.
    func removeAll(keepingAtMost most: Int) {
        count = 0
        if capacity > most { grow(to: most, keeping: 0) }
    }

    /// - Parameter count: bytes from the begin that are kept.
    func grow(to newCapacity: Int, keeping count: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        larger.update(from: base, count: count)
        base.deallocate()
        (base, capacity) = (larger, newCapacity)
    }
}
