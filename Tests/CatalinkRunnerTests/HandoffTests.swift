@testable import CatalinkRunner
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HandoffTests {
    @Test(arguments: [0, 1, 2, 7])
    func valuesArriveInOrder(_ ahead: Int) async throws {
        let handoff = Handoff<Int>(ahead: ahead)
        async let given = onOwnThread { (0..<1000).allSatisfy { handoff.put($0) } }
        let taken = try await onOwnThread { (0..<1000).map { _ in handoff.take() } }
        #expect(taken == Array(0..<1000))
        #expect(try await given)
    }

    /// One that waits for room, and one that comes later.
    @Test func whoeverGivesIsToldThatNobodyTakes() async throws {
        let handoff = Handoff<Int>(ahead: 2)
        async let given = onOwnThread {
            var count = 0
            while handoff.put(count) { count += 1 }
            return count
        }
        let first = try await onOwnThread { (handoff.take(), handoff.take()) }
        #expect(first == (0, 1))
        handoff.close()
        let count = try await given
        #expect((2...5).contains(count))
        let late = try await onOwnThread { handoff.put(9) }
        #expect(!late)
    }

    @Test func whatWaitsWhenNobodyTakesIsFreedWithoutHarm() async throws {
        try await onOwnThread {
            let handoff = Handoff<Int>(ahead: 4)
            for value in 0..<4 { _ = handoff.put(value) }
            handoff.close()
        }
    }
}
