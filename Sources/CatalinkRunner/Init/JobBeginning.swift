import CatalinkCore
import CatalinkRead
import Foundation

/// Begins a job: looks at a catalog, drafts a job file beside which it is found.
package struct JobBeginning: Sendable {
    private let catalog: String
    /// Where the job file will lie.
    package let output: String

    /// - Parameter output: `nil` for a name like the catalog's, in the present directory.
    package init(catalog: String, output: String?) {
        self.catalog = catalog
        self.output = output ?? Self.name(of: catalog) + ".yaml"
    }

    package func draft() async throws -> JobDraft {
        let look = try await onOwnThread { [catalog] in
            var inspector = CatalogInspector(path: catalog, name: catalog)
            return try inspector.look()
        }
        return JobDraft(
            look, path: pathFromOutput, name: Self.name(of: (output as NSString).lastPathComponent))
    }

    /// - Throws: `RunFailure` where a file of that name is there already.
    package func write(_ draft: JobDraft) throws {
        do {
            try Data(draft.text.utf8).write(to: URL(filePath: output), options: .withoutOverwriting)
        } catch {
            let isThere = FileManager.default.fileExists(atPath: output)
            throw RunFailure(
                .usage,
                isThere
                    ? "\(output): expected a file that is not there yet, got: one (say another with --output)"
                    : "\(output): expected to write a job file, got: \(error.localizedDescription)")
        }
    }

    /// The catalog as the job file names it.
    private var pathFromOutput: String {
        let base = URL(filePath: output).deletingLastPathComponent().standardizedFileURL.pathComponents
        let target = URL(filePath: catalog).standardizedFileURL.pathComponents
        let common = zip(base, target).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: base.count - common)
        // Where only the root is common an absolute path says it better.
        guard common > 1 else { return URL(filePath: catalog).standardizedFileURL.path }
        return (up + target[common...]).joined(separator: "/")
    }

    /// A job's name from a file's: `Products 2026.csv.gz` is `products-2026`.
    private static func name(of file: String) -> String {
        let bare = (file as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? "job"
        let letters = bare.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let name = String(letters).split(separator: "-").joined(separator: "-").prefix(64)
        return name.isEmpty ? "job" : String(name)
    }
}
