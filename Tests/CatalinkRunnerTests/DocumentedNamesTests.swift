import CatalinkCore
import Foundation
import Testing

@testable import CatalinkRunner

/// Every setting that a job file may have is on one of the pages about job files.
struct DocumentedNamesTests {
    private static let pages = ["JobFiles", "Catalogs", "Pricing", "Expectations", "Monitoring"]

    /// The words in the code of these pages, within lines and in blocks.
    private static func words() throws -> Set<String> {
        let root = #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
        var words: Set<String> = []
        for page in pages {
            let path = "\(root)/Sources/CatalinkRunner/Documentation.docc/\(page).md"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            // Between two marks there is code, whether they are of a line or of a block.
            for (index, part) in text.replacing("```", with: "`").components(separatedBy: "`").enumerated()
            where index % 2 == 1 {
                words.formUnion(part.split { !$0.isLetter && $0 != "_" }.map(String.init))
            }
        }
        return words
    }

    @Test(arguments: JobSchemaTests.sections.indices)
    func everySettingIsDocumented(_ index: Int) throws {
        let (path, _, known) = JobSchemaTests.sections[index]
        let words = try Self.words()
        for name in known { #expect(words.contains(name), "\(path).\(name)") }
    }
}
