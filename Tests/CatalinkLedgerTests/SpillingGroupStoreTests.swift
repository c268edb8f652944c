import CatalinkTestSupport
import Glibc
import Testing

@testable import CatalinkLedger

struct SpillingGroupStoreTests {
    /// All in memory, some of it, hardly any.
    @Test(arguments: [16 * 1024 * 1024, 50_000, 1000])
    func whatIsKeptIsFound(_ mostNear: Int) throws {
        try GroupStoreConformance.check(SpillingGroupStore(mostNear: mostNear))
    }

    @Test(arguments: [
        [], [[]], [[1]], Array(repeating: [1, 2, 3], count: 40), [Array(repeating: 7, count: 1000)],
    ])
    func aValueCountsAsMuchAsItTakes(_ values: [[UInt8]]) {
        var taken = heapSize(values)
        for value in values { taken += heapSize(value) }
        // The allocator may give each block a step more than is asked for.
        let steps = 16 * (values.count + 1)
        #expect((taken - steps...taken + steps).contains(values.sizeInMemory))
    }

    @Test func manySmallValuesDoNotStayInMemory() throws {
        let store = SpillingGroupStore(mostNear: 100_000)
        // 20,000 bytes of text, and ten times as much around them.
        for number in 0..<100 {
            try store.keep(
                Array(repeating: [UInt8](repeating: 7, count: 4), count: 50), under: [UInt8(number)])
        }
        #expect(store.hasSpilled)
        for number in 0..<100 { #expect(try store.values(under: [UInt8(number)])?.count == 50) }
    }

    /// What the allocator has given for an array, its own header included.
    private func heapSize<Element>(_ array: [Element]) -> Int {
        guard array.capacity > 0 else { return 0 }
        return array.withUnsafeBytes { bytes in
            // The object begins 32 bytes before its elements.
            let object = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 - 32) }
            return Self.usableSize(object) + 8
        }
    }

    /// `malloc_usable_size`, of which Swift's module of the C library does not know.
    private static let usableSize = unsafeBitCast(
        dlsym(nil, "malloc_usable_size"), to: (@convention(c) (UnsafeMutableRawPointer?) -> Int).self)
}
