import Foundation

/// The package's own files, read from where this file was compiled.
enum SourceTree {
    struct File {
        /// From the package's root.
        let path: String
        let text: String
    }

    static let root = #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")

    static func swiftFiles(below folder: String) throws -> [File] {
        let base = root + "/" + folder
        guard let names = FileManager.default.enumerator(atPath: base) else { return [] }
        return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            File(
                path: folder + "/" + name,
                text: try String(contentsOfFile: base + "/" + name, encoding: .utf8))
        }
    }

    /// The modules that a file imports, in order.
    static func imports(of text: String) -> [String] {
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "typealias", "let", "var",
        ]
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"),
                words[..<index].allSatisfy({
                    $0.hasPrefix("@") || ["package", "public", "internal", "private"].contains($0)
                })
            else { return nil }
            let names = words[(index + 1)...].drop { kinds.contains($0) }
            return names.first?.split(separator: ".").first.map(String.init)
        }
    }
}
