package import CatalinkCore

/// Several catalogs, one after another, as one; each batch tells the file that it is from.
package struct CatalogSeries: CatalogSource {
    private let catalogs: [any CatalogSource]

    package init(_ catalogs: [any CatalogSource]) {
        self.catalogs = catalogs
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        try SeriesReader(catalogs, columns: columns)
    }
}

/// Opens each catalog when the one before has been read to its end.
final class SeriesReader: CatalogReader {
    private var waiting: ArraySlice<any CatalogSource>
    private let columns: [String]
    private var current: (any CatalogReader)?
    private var earlierColumns: [String] = []
    private var earlierNotes: [String] = []

    init(_ catalogs: [any CatalogSource], columns: [String]) throws(CatalogError) {
        waiting = catalogs[...]
        self.columns = columns
        current = try waiting.popFirst()?.open(columns: columns)
    }

    func next() throws(CatalogError) -> RecordBatch? {
        while let reader = current {
            if let batch = try reader.next() { return batch }
            guard let following = waiting.popFirst() else { return nil }
            (earlierColumns, earlierNotes) = (seenColumns, notes)
            current = nil
            current = try following.open(columns: columns)
        }
        return nil
    }

    var seenColumns: [String] {
        let known = Set(earlierColumns)
        return earlierColumns + (current?.seenColumns ?? []).filter { !known.contains($0) }
    }

    var notes: [String] { earlierNotes + (current?.notes ?? []) }
}
