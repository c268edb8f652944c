import CatalinkCore
import Foundation

/// Whether the catalog is there and can be opened, and how old it is; its rows are for `check`.
struct CatalogExamination {
    private let source: Job.Source
    private let environment: RunEnvironment

    init(_ source: Job.Source, _ environment: RunEnvironment) {
        self.source = source
        self.environment = environment
    }

    func findings() async -> [Finding] {
        // Reading it would take it from the run.
        guard !source.patterns.contains("-") else { return [.ok(.catalog, "standard input, not read")] }
        do {
            let files = try await SourceFiles.open(source, environment.stop).files
            for file in files where unsafe access(file.path, R_OK) != 0 {
                throw RunFailure(
                    .catalog, "\(file.name): expected a file to read, got: \(systemMessage())")
            }
            return [try age(of: files.map(\.path))]
        } catch {
            return [.trouble(.catalog, error)]
        }
    }

    private func age(of paths: [String]) throws -> Finding {
        let changes = try paths.map { try SourceStamp($0).modifiedAt ?? Timestamp(seconds: 0) }
        let oldest = changes.min() ?? environment.clock.now()
        let age = environment.clock.now().since(oldest)
        let count = paths.count == 1 ? source.name : "\(source.name): \(paths.count) files, the oldest"
        guard age > .seconds(-60) else {
            return .warning(
                .catalog,
                "\(count) of \(CivilTime(oldest).iso8601), which is still to come (look at the clock)")
        }
        return .ok(.catalog, "\(count) of \(CivilTime(oldest).iso8601), \(Int(age.inSeconds) / 3600) h old")
    }
}
