import CatalinkCore
import Foundation

/// Removes the directories of a job's older runs, as its `keep:` says; what the ledger knows of them stays.
struct RunRetention {
    private let keep: Int?
    private let runs: String
    private let latest: String
    private let inputs: [String]

    init(_ job: Job, _ directory: StateDirectory) {
        self.init(
            keep: job.keep, runs: directory.path + "/runs", latest: directory.path + "/latest",
            inputs: job.source.patterns)
    }

    /// - Parameters:
    ///   - latest: a link to the directory that people look at.
    ///   - inputs: files that are read, such as a fix file of an earlier run.
    init(keep: Int?, runs: String, latest: String, inputs: [String]) {
        self.keep = keep
        self.runs = runs
        self.latest = latest
        self.inputs = inputs
    }

    /// - Parameter run: the one that has just ended.
    /// - Returns: what is to be said of it.
    func clean(after run: String) -> [String] {
        guard let keep, isDirectory(runs) else { return [] }
        var removed: [String] = []
        var notes: [String] = []
        for name in old(keep, after: run) {
            do {
                try FileManager.default.removeItem(atPath: "\(runs)/\(name)")
                removed.append(name)
            } catch {
                notes.append("keep: \(runs)/\(name) cannot be removed: \(error.reason)")
            }
        }
        if !removed.isEmpty {
            let first = removed.prefix(3).joined(separator: ", ") + (removed.count > 3 ? " …" : "")
            notes.insert(
                "keep: \(removed.count.grouped) older run\(removed.count == 1 ? " is" : "s are") removed: \(first)",
                at: 0)
        }
        return notes
    }

    /// Directories beyond the newest, the oldest first, without those in use.
    private func old(_ keep: Int, after run: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
        let all = names.filter { RunID.isOne($0) && isDirectory("\(runs)/\($0)") }.sorted()
        let used = inUse.union([run])
        return all.dropLast(keep).filter { !used.contains($0) }
    }

    private var inUse: Set<String> {
        let folder = real(runs) + "/"
        return Set(
            (inputs + [latest]).compactMap { path in
                let path = real(path)
                guard path.hasPrefix(folder) else { return nil }
                return path.dropFirst(folder.count).split(separator: "/").first.map(String.init)
            })
    }

    private func real(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path
    }

    /// A directory itself, and no link to one.
    private func isDirectory(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }
}
