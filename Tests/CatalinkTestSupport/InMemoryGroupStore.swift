package import CatalinkCore
import Testing

/// The group store without a file.
package final class InMemoryGroupStore: GroupStore {
    private var kept: [[UInt8]: [[UInt8]]] = [:]

    package init() {}

    package func keep(_ values: [[UInt8]], under key: [UInt8]) throws {
        kept[key] = kept[key]?.filled(from: values) ?? values
    }

    package func values(under key: [UInt8]) throws -> [[UInt8]]? {
        kept[key]
    }
}

/// What every group store promises.
package enum GroupStoreConformance {
    package static func check(_ store: any GroupStore) throws {
        let kept = try store.values(under: bytes("a"))
        #expect(kept == nil)
        try store.keep([bytes("one"), [], bytes("three")], under: bytes("a"))
        try store.keep([bytes("other"), bytes("two"), []], under: bytes("a"))
        try store.keep([[], [], []], under: bytes(""))
        let merged = try store.values(under: bytes("a"))
        #expect(merged == [bytes("one"), bytes("two"), bytes("three")])
        let empty = try store.values(under: bytes(""))
        #expect(empty == [[], [], []])
        // Enough to leave memory, whatever a store may hold there, and some of it a second time.
        for round in 0..<2 {
            for number in 0..<500 {
                let long: [UInt8] = Array(repeating: UInt8(number % 251), count: 300)
                try store.keep(
                    round == 0 ? [long, [], []] : [[0], bytes("\(number)"), []],
                    under: [1, UInt8(number % 256), UInt8(number / 256)])
            }
        }
        for number in [0, 1, 255, 256, 499] {
            let values = try store.values(under: [1, UInt8(number % 256), UInt8(number / 256)])
            #expect(values?[0] == Array(repeating: UInt8(number % 251), count: 300))
            #expect(values?[1] == bytes("\(number)"))
        }
        let first = try store.values(under: bytes("a"))
        #expect(first == merged)
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
