import CatalinkCore
import CatalinkRead
import Foundation
import Testing

struct CatalogFilesTests {
    /// Gives `body` a directory with these files.
    private func withFiles<Value>(_ names: [String], _ body: (String) throws -> Value) throws -> Value {
        try withFile("") { path in
            let directory = path + "-files"
            for name in names {
                let file = URL(filePath: directory + "/" + name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data().write(to: file)
            }
            return try body(directory)
        }
    }

    private static let names = [
        "b.csv", "a.csv", "B.csv", "a10.csv", "a2.csv", ".hidden.csv", "x/a.csv", "note.txt",
        "c[1].csv", "c1.csv", "d?.csv", "d1.csv", "e*.csv", "e1.csv",
    ]

    private func expanded(_ patterns: [String]) throws -> [String] {
        try withFiles(Self.names) { directory in
            try CatalogFiles.expand(patterns.map { directory + "/" + $0 }).map {
                String($0.dropFirst(directory.count + 1))
            }
        }
    }

    @Test(arguments: [
        (["[A-Ba-b]*.csv"], ["B.csv", "a.csv", "a10.csv", "a2.csv", "b.csv"]), (["a?.csv"], ["a2.csv"]),
        (["[ab].csv"], ["a.csv", "b.csv"]), (["*/a.csv", "[ab].csv"], ["x/a.csv", "a.csv", "b.csv"]),
        (["b.csv", "a*.csv"], ["b.csv", "a.csv", "a10.csv", "a2.csv"]), ([".*.csv"], [".hidden.csv"]),
        (["missing.csv"], ["missing.csv"]), ([], []),
        // A file of that name comes before what the name would match.
        (["c[1].csv"], ["c[1].csv"]), (["d?.csv"], ["d?.csv"]), (["e*.csv"], ["e*.csv"]),
        (["c*.csv"], ["c1.csv", "c[1].csv"]), (["[de]1.csv"], ["d1.csv", "e1.csv"]),
    ])
    func filesComeInTheOrderOfThePatternsThenOfTheirNames(_ patterns: [String], _ files: [String]) throws {
        #expect(try expanded(patterns) == files)
    }

    private func told(_ patterns: (String) -> [String]) throws -> String? {
        try withFiles(Self.names) { directory in
            #expect(symlink("a.csv", directory + "/link.csv") == 0)
            do throws(CatalogError) {
                _ = try CatalogFiles.expand(patterns(directory + "/"))
                return nil
            } catch {
                return error.message.replacing(directory + "/", with: "")
            }
        }
    }

    @Test func aPatternThatMatchesNothingIsTold() throws {
        #expect(try told { [$0 + "*.xml"] } == "*.xml: expected a file of this pattern, got: none")
        #expect(try told { [$0 + "nowhere/*"] } == "nowhere/*: expected a file of this pattern, got: none")
    }

    @Test func aFileThatComesTwiceIsTold() throws {
        #expect(
            try told { [$0 + "a.csv", $0 + "[a].csv"] }
                == "[a].csv: expected each file once, got: \"a.csv\" again")
        #expect(try told { [$0 + "no", $0 + "no"] } == "no: expected each file once, got: \"no\" again")
        let message = """
            link.csv: expected each file once, got: "link.csv" again (it is the same file as "a.csv")
            """
        #expect(try told { [$0 + "a.csv", $0 + "link.csv"] } == message)
    }
}
