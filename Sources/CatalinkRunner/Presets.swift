import CatalinkCore
import CatalinkRead
import Foundation

/// What is known of an export that many shops have: a part of a job file, in YAML, under a name.
///
/// A job with `source: {preset: NAME}` begins with all that the preset says; what it says itself stands before it.
package struct Preset: Sendable {
    package let name: String
    /// The export's name, for people.
    package let about: String
    /// Columns, or the path of the records, by which the export is told from others.
    package let columns: [String]
    package let elements: [String]
    /// Lines that a job on this preset begins with: what only its writer can know.
    package let job: String
    /// The file as it is.
    package let text: String
    let root: YAMLNode

    static let names = [
        "preset", "about", "detect", "job", "source", "fillDown", "parent", "unfold", "where", "key", "link",
        "pricing",
    ]

    /// - Parameter origin: how messages call the preset's file.
    init(_ bytes: [UInt8], origin: String, _ diagnostics: JobDiagnostics) throws(CatalogError) {
        let root = try YAMLNode.parse(bytes, name: origin).marked(as: origin)
        let section = Section(root, path: "", known: Self.names, diagnostics)
        let detect = section?.section("detect", known: ["columns", "elements"])
        name = section?.required("preset").flatMap { section?.text($0, "preset")?.text } ?? origin
        about = section?.text("about")?.text ?? name
        columns = detect?.list("columns")?.map(\.text) ?? []
        elements = detect?.list("elements")?.map(\.text) ?? []
        job = section?.text("job")?.text ?? ""
        text = String(decoding: bytes, as: UTF8.self)
        self.root = root
    }

    /// All that are compiled in, by name.
    package static let all: [Preset] = (shops + feeds).map(compiledIn).sorted { $0.name < $1.name }

    /// The one of this name, and no other, is read.
    package static func named(_ name: String) -> Preset? {
        (shops + feeds).first { $0.name == name }.map(compiledIn)
    }

    private static func compiledIn(_ file: (name: String, bytes: [UInt8])) -> Preset {
        do throws(CatalogError) {
            return try Preset(
                file.bytes, origin: "preset \(file.name)", JobDiagnostics(file: "preset"))
        } catch {
            preconditionFailure("\(error.message)")
        }
    }
}

// MARK: Jobs on presets

extension Preset {
    /// The job with what its preset adds; without a preset the job as it is.
    static func applied(
        to job: YAMLNode, _ path: String, _ diagnostics: JobDiagnostics
    ) throws(CatalogError) -> (job: YAMLNode, preset: Preset?) {
        guard let node = job.value("source")?.value("preset") else { return (job, nil) }
        guard case .scalar(let name, _) = node.content else {
            diagnostics.add(node.place, "source.preset", expected: "a preset's name", got: node.kind)
            return (job, nil)
        }
        guard let preset = try find(name, path, diagnostics) else {
            diagnostics.add(
                node.place, "source.preset", expected: "a preset or a file of one", got: name.quoted,
                hint: NearestName.hint(for: name, among: all.map(\.name))
                    ?? "`catalink presets` lists them")
            return (job, nil)
        }
        return (job.over(preset.root.without(["preset", "about", "detect", "job"])), preset)
    }

    /// A preset of the job's own is a file, named by its path.
    static func find(_ name: String, _ job: String, _ diagnostics: JobDiagnostics) throws(CatalogError)
        -> Preset?
    {
        guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") else { return named(name) }
        let path = JobFile.resolved(name, besideJob: job)
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CatalogError(
                at: path, expected: "a preset", got: "no file that can be read",
                hint: "`source.preset` is a preset's name, or a path relative to the job file")
        }
        return try Preset(Array(bytes), origin: path, diagnostics)
    }
}

extension YAMLNode {
    /// Parts of a job of which single entries override the preset's.
    private static let merged: Set<String> = [
        "source", "link", "link.customFields", "parent", "pricing", "pricing.sale", "where",
        "source.namespaces",
    ]

    /// This mapping's entries, and those of `base` that it lacks; an entry without a value takes the base's away.
    func over(_ base: YAMLNode, _ path: String = "") -> YAMLNode {
        guard case .mapping(let own) = content, case .mapping(let given) = base.content else { return self }
        var entries: [Entry] = []
        for entry in own {
            let below = path.isEmpty ? entry.name : "\(path).\(entry.name)"
            guard let other = given.first(where: { $0.name == entry.name }) else {
                entries.append(entry)
                continue
            }
            guard !entry.value.isNull else { continue }
            var entry = entry
            if Self.merged.contains(below) { entry.value = entry.value.over(other.value, below) }
            entries.append(entry)
        }
        let names = own.map(\.name)
        entries += given.filter { !names.contains($0.name) }
        return YAMLNode(content: .mapping(entries), place: place)
    }

    func value(_ name: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.name == name }?.value
    }

    fileprivate func without(_ names: [String]) -> YAMLNode {
        guard case .mapping(let entries) = content else { return self }
        return YAMLNode(content: .mapping(entries.filter { !names.contains($0.name) }), place: place)
    }

    /// The same tree, its places marked as a preset's.
    fileprivate func marked(as preset: String) -> YAMLNode {
        var node = self
        node.place.preset = preset
        switch content {
        case .scalar: break
        case .sequence(let nodes): node.content = .sequence(nodes.map { $0.marked(as: preset) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.place.preset = preset
                    entry.value = entry.value.marked(as: preset)
                    return entry
                })
        }
        return node
    }

    /// Without a value: nothing, `~` or `null`.
    var isNull: Bool {
        if case .scalar(let text, isPlain: true) = content { return ["", "~", "null"].contains(text) }
        return false
    }
}
