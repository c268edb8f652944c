package import CatalinkCore

/// Finds records of one file by their numbers.
protocol TapeSource: AnyObject {
    /// The record of this number, which is beyond that of the call before; `nil` where there is none.
    func tape(_ number: Int) throws(CatalogError) -> NestedTape?
}

/// Generic, so that the loop is compiled for its format.
final class TapeReader<Events: NestedEvents>: TapeSource {
    private var records: NestedRecords<CopyingEvents<Events>>

    init(_ events: Events, _ path: RecordPath, _ limits: ReadLimits) {
        records = NestedRecords(
            CopyingEvents(events, largestRecord: limits.recordSize), path: path, columns: [], limits: limits,
            batchSize: 1)
    }

    func tape(_ number: Int) throws(CatalogError) -> NestedTape? {
        records.events.wanted = number
        while try records.next() != nil {
            if records.events.number == number { return records.events.tape }
        }
        return nil
    }
}

/// Copies records of YAML, JSON and JSON Lines.
package final class NestedCopy: CatalogCopy {
    private let sources: [(name: String, open: () throws(CatalogError) -> any TapeSource)]
    private let form: NestedForm
    private var current: (name: String, tapes: any TapeSource)?
    private var output: [UInt8] = []
    private var count = 0

    package init(_ catalogs: [YAMLCatalog]) {
        sources = catalogs.map { catalog in
            (
                catalog.name,
                { () throws(CatalogError) -> any TapeSource in
                    let text = try CatalogInput.text(
                        path: catalog.path, name: catalog.name, catalog.settings)
                    let events = YAMLEvents(text, name: catalog.name, limits: catalog.settings.limits)
                    return TapeReader(events, catalog.recordPath, catalog.settings.limits)
                }
            )
        }
        form = NestedForm(style: .yaml, steps: catalogs.first?.recordPath.steps ?? [])
    }

    package init(_ catalogs: [JSONCatalog]) {
        sources = catalogs.map { catalog in
            (
                catalog.name,
                { () throws(CatalogError) -> any TapeSource in
                    let text = try CatalogInput.text(
                        path: catalog.path, name: catalog.name, catalog.settings)
                    let events = JSONEvents(
                        text, name: catalog.name, isLines: catalog.isLines, limits: catalog.settings.limits)
                    return TapeReader(events, catalog.recordPath, catalog.settings.limits)
                }
            )
        }
        form = NestedForm(
            style: catalogs.first?.isLines == true ? .lines : .json,
            steps: catalogs.first?.recordPath.steps ?? [])
    }

    package func add(_ number: Int, of file: String, _ notes: CopyNotes) throws(CatalogError) -> Bool {
        guard let tape = try tapes(of: file).tape(number) else { throw .otherFile(file) }
        guard !tape.isTooLarge, count == 0 || form.holdsSeveral else { return false }
        form.append(tape, notes, isFirst: count == 0, to: &output)
        count += 1
        return true
    }

    private func tapes(of file: String) throws(CatalogError) -> any TapeSource {
        if let current, current.name == file { return current.tapes }
        guard let source = sources.first(where: { $0.name == file }) else { throw .otherFile(file) }
        let tapes = try source.open()
        current = (file, tapes)
        return tapes
    }

    package func end() {
        if count > 0 { form.end(&output) }
    }

    package func take() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }
}
