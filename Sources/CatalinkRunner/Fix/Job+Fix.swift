import CatalinkCore
import CatalinkRead

extension Job {
    /// The same job on a fix file: read as the catalog is, in UTF-8, with its header on its first line; only the rows
    /// in it are planned, each for itself.
    ///
    /// - Parameter path: as it was typed; `nil` for the job itself.
    package func reading(fix path: String?) -> Job {
        guard let path else { return self }
        var job = self
        job.source.patterns = [path]
        job.source.isFix = true
        job.source.settings.encoding = nil
        job.source.settings.canBeGivenEncoding = false
        job.source.dialect.delimiter = nil
        job.source.dialect.quote = job.source.dialect.quote ?? .byte(UInt8(ascii: "\""))
        job.source.dialect.headerRow = nil
        job.source.dialect.comment = nil
        job.fix = FixImport(path, &job)
        // What rows take from others they have got. A record of several rows is still one.
        job.kinship.fillDown = nil
        job.kinship.inheritances = []
        if source.format.hasHeader { job.kinship.unfolding = nil }
        // A person has looked at each row, and they are few beside the ledger or many, as it comes.
        job.policy.brakes.shares = job.policy.brakes.shares.filter { $0.key == .changed }
        return job
    }

    /// The slots of columns whose texts may come from outside of their record, in formats of paths.
    var givenSlots: [Int] {
        guard !source.format.hasHeader else { return [] }
        let inherited = (kinship.fillDown?.columns ?? []) + kinship.inheritances.flatMap(\.columns)
        return mapping.columns.names.indices.filter { slot in
            let name = mapping.columns.names[slot]
            let isOutside = source.format == .xml ? name.hasPrefix("/") : name == "@key"
            return isOutside || name == "." || inherited.contains(slot)
        }
    }
}
