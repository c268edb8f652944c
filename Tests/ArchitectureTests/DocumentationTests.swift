import Foundation
import Testing

/// The pages of the documentation belong together.
struct DocumentationTests {
    private static let folder = SourceTree.root + "/Sources/CatalinkRunner/Documentation.docc"
    private static let map = "Catalink"

    /// Texts by the names of their pages.
    private static func pages() throws -> [String: String] {
        var pages: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".md") {
            pages[String(name.dropLast(3))] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        return pages
    }

    /// `<doc:JobFiles#Conditions>`, without what is around it.
    private static func links(_ text: String) -> [String] {
        text.components(separatedBy: "<doc:").dropFirst().map { String($0.prefix { $0 != ">" }) }
    }

    /// How links name a heading: words joined by hyphens, without punctuation.
    private static func anchors(_ text: String) -> Set<String> {
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("##") }.map { $0.drop { $0 == "#" } }
        return Set(
            headings.map { heading in
                heading.split(separator: " ").joined(separator: "-").filter {
                    $0.isLetter || $0.isNumber || $0 == "-"
                }
            })
    }

    @Test func everyPageIsOnTheMapOnce() throws {
        let pages = try Self.pages()
        let topics = try #require(pages[Self.map]?.components(separatedBy: "## Topics").last)
        let listed = Self.links(topics)
        #expect(listed.count > 15)
        #expect(listed.sorted() == pages.keys.filter { $0 != Self.map }.sorted())
    }

    @Test func everyLinkLeadsToAPageAndItsHeading() throws {
        let pages = try Self.pages()
        for (name, text) in pages {
            for link in Self.links(text) {
                let parts = link.split(separator: "#", maxSplits: 1).map(String.init)
                let target = try #require(pages[parts[0]], "\(name): \(link)")
                guard parts.count == 2 else { continue }
                #expect(Self.anchors(target).contains(parts[1]), "\(name): \(link)")
            }
        }
    }

    /// A paragraph that stands twice is mended once.
    @Test func noParagraphStandsOnTwoPages() throws {
        var homes: [String: String] = [:]
        for (name, text) in try Self.pages().sorted(by: { $0.key < $1.key }) {
            for paragraph in text.components(separatedBy: "\n\n") where paragraph.utf8.count > 200 {
                #expect(homes[paragraph] == nil, "\(name) and \(homes[paragraph] ?? ""): \(paragraph)")
                homes[paragraph] = name
            }
        }
    }
}
