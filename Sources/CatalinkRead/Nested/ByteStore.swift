import Glibc

/// Bytes whose address stays until they grow; for text that is read where it lies.
final class ByteStore {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    /// - Parameter count: bytes from the begin that are kept.
    func grow(to newCapacity: Int, keeping count: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        larger.update(from: base, count: count)
        base.deallocate()
        (base, capacity) = (larger, newCapacity)
    }
}
