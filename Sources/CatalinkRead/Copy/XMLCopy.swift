package import CatalinkCore

/// Copies records of XML, each within elements of the same names as in its file.
package final class XMLCopy: CatalogCopy {
    private let catalogs: [XMLCatalog]
    private var current: (name: String, reader: XMLCopyReader)?
    private var output: [UInt8] = []
    /// Elements that are open in what is written.
    private var open: [XMLCopiedTag] = []
    private var count = 0

    package init(_ catalogs: [XMLCatalog]) {
        self.catalogs = catalogs
    }

    package func add(_ number: Int, of file: String, _ notes: CopyNotes) throws(CatalogError) -> Bool {
        let record = try reader(of: file).record(number)
        // A document has one root.
        guard !record.isTooLarge, count == 0 || record.ancestors.first?.name == open.first?.name,
            count == 0 || !open.isEmpty
        else { return false }
        if count == 0 { output.append(contentsOf: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8) }
        descend(to: record.ancestors)
        write(record, notes)
        count += 1
        return true
    }

    private func reader(of file: String) throws(CatalogError) -> XMLCopyReader {
        if let current, current.name == file { return current.reader }
        guard let catalog = catalogs.first(where: { $0.name == file }) else { throw .otherFile(file) }
        let reader = try XMLCopyReader(catalog)
        current = (file, reader)
        return reader
    }

    package func end() {
        while !open.isEmpty { close() }
        if count > 0 { output.append(.lineFeed) }
    }

    package func take() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    // MARK: Around records

    /// Closes and opens elements until those are open that the record stands in, by their names.
    private func descend(to ancestors: [XMLCopiedTag]) {
        let names = zip(open, ancestors).prefix { $0.name == $1.name }.count
        while open.count > names { close() }
        for tag in ancestors[names...] {
            newLine(open.count)
            output.append(UInt8(ascii: "<"))
            output.append(contentsOf: tag.name)
            for namespace in tag.namespaces { output.appendXML(namespace) }
            output.append(UInt8(ascii: ">"))
            open.append(tag)
        }
    }

    private func close() {
        guard let tag = open.popLast() else { return }
        newLine(open.count)
        output.append(contentsOf: "</".utf8)
        output.append(contentsOf: tag.name)
        output.append(UInt8(ascii: ">"))
    }

    private func newLine(_ depth: Int) {
        output.append(.lineFeed)
        output.indent(2 * depth)
    }

    // MARK: Records

    private func write(_ record: XMLCopiedRecord, _ notes: CopyNotes) {
        newLine(open.count)
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: record.name)
        var scope: [XMLNamespace] = []
        for namespace in open.flatMap(\.namespaces) { scope.declare(namespace) }
        for namespace in missing(record.namespaces, in: scope) { output.appendXML(namespace) }
        output.append(contentsOf: record.attributes)
        output.append(UInt8(ascii: ">"))
        // The lines of what is added are indented as those of the record's own elements.
        let margin = record.content.prefix(while: \.isBlank)
        let tail = record.content.reversed().prefix(while: \.isBlank).reversed()
        output.append(contentsOf: record.content.dropLast(tail.count))
        let isInNamespace = !record.namespaces.uri(of: []).isEmpty
        for member in notes.members {
            write(member.name, "", member.text, isInNamespace, margin: margin)
        }
        for given in notes.given where !given.text.isEmpty {
            var attribute: [UInt8] = Array(" column=\"".utf8)
            attribute.appendXML(given.column.utf8, isAttribute: true)
            write(
                FixColumn.given, attribute.text + "\"", given.text, isInNamespace, margin: margin)
        }
        output.append(contentsOf: tail)
        output.append(contentsOf: "</".utf8)
        output.append(contentsOf: record.name)
        output.append(UInt8(ascii: ">"))
    }

    private func write(
        _ name: String, _ attribute: String, _ text: [UInt8], _ isInNamespace: Bool,
        margin: ArraySlice<UInt8>
    ) {
        output.append(contentsOf: margin)
        let none = isInNamespace ? " xmlns=\"\"" : ""
        output.append(contentsOf: "<\(name)\(none)\(attribute)>".utf8)
        output.appendXML(text)
        output.append(contentsOf: "</\(name)>".utf8)
    }

    /// What has to be declared so that the record's names mean what they meant.
    private func missing(_ wanted: [XMLNamespace], in scope: [XMLNamespace]) -> [XMLNamespace] {
        var missing = wanted.filter { scope.uri(of: $0.prefix) != $0.uri }
        let hasDefault = wanted.contains { $0.prefix.isEmpty }
        if !hasDefault, !scope.uri(of: []).isEmpty { missing.append(XMLNamespace(prefix: [], uri: [])) }
        return missing
    }
}
