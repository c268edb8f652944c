@testable import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// Which directories of older runs go, and which never do.
struct RunRetentionTests {
    private static let ids = (1...6).map { "2026112\($0)T081038Z-00a\($0)" }

    private struct Place {
        let directory: String
        var runs: String { directory + "/runs" }

        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: runs).sorted()
        }

        func retention(_ keep: Int?, inputs: [String] = []) -> RunRetention {
            RunRetention(keep: keep, runs: runs, latest: directory + "/latest", inputs: inputs)
        }
    }

    private static func with(_ body: (Place) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            for id in ids {
                let run = "\(directory)/runs/\(id)"
                try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
                try write("x", to: run + "/results.csv")
            }
            try body(Place(directory: directory))
        }
    }

    @Test func theNewestStayAndTheOthersAreTold() async throws {
        try await Self.with { place in
            let notes = place.retention(2).clean(after: Self.ids[5])
            let names = try place.names()
            #expect(names == Array(Self.ids[4...]))
            #expect(
                notes == [
                    "keep: 4 older runs are removed: " + Self.ids[..<3].joined(separator: ", ") + " …"
                ])
            #expect(place.retention(2).clean(after: Self.ids[5]).isEmpty)
        }
    }

    @Test func withoutASettingAllStay() async throws {
        try await Self.with { place in
            #expect(place.retention(nil).clean(after: Self.ids[5]).isEmpty)
            let names = try place.names()
            #expect(names == Self.ids)
        }
    }

    /// The one that `latest` points to, the one that has just ended, and the one whose fix file was read.
    @Test func whatIsInUseStays() async throws {
        try await Self.with { place in
            try FileManager.default.createSymbolicLink(
                atPath: place.directory + "/latest", withDestinationPath: "runs/" + Self.ids[1])
            let fix = "\(place.runs)/\(Self.ids[2])/fix.csv"
            _ = place.retention(1, inputs: [fix, "/elsewhere/c.csv", "-"]).clean(after: Self.ids[0])
            let names = try place.names()
            #expect(names == [0, 1, 2, 5].map { Self.ids[$0] })
        }
    }

    /// Names that are no run's, files, and links to elsewhere are left alone, and nothing behind a link is touched.
    @Test func onlyRunDirectoriesThemselvesAreRemoved() async throws {
        try await Self.with { place in
            let outside = place.directory + "/outside"
            try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
            try write("mine", to: outside + "/kept.txt")
            let files = FileManager.default
            let others = [
                "20261101T081038Z-zzzz", "20261101T081038Z-00a1.bak", "notes", "20261101T0810Z-00a1",
            ]
            for name in others {
                try files.createDirectory(atPath: "\(place.runs)/\(name)", withIntermediateDirectories: true)
            }
            let link = "20261101T081038Z-00a1"
            try files.createSymbolicLink(atPath: "\(place.runs)/\(link)", withDestinationPath: outside)
            let file = "20261102T081038Z-00a1"
            try write("x", to: "\(place.runs)/\(file)")
            try files.createSymbolicLink(
                atPath: "\(place.runs)/\(Self.ids[0])/linked", withDestinationPath: outside)
            _ = place.retention(1).clean(after: Self.ids[5])
            let names = try place.names()
            #expect(names == (others + [link, file, Self.ids[5]]).sorted())
            #expect(try files.contentsOfDirectory(atPath: outside) == ["kept.txt"])
        }
    }

    @Test func runsThatLieBehindALinkAreLeftAlone() async throws {
        try await Self.with { place in
            try FileManager.default.moveItem(atPath: place.runs, toPath: place.directory + "/real")
            try FileManager.default.createSymbolicLink(atPath: place.runs, withDestinationPath: "real")
            #expect(place.retention(1).clean(after: Self.ids[5]).isEmpty)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: place.directory + "/real").count == 6)
        }
    }
}
