import CatalinkCore

/// Finds delimiter, quotation mark and line ends in a file's first records, by how well each choice fits them.
struct CSVSniffer {
    struct Finding {
        struct Rival: Equatable {
            var delimiter: UInt8
            /// Rounded down, so that nothing guessed is called certain.
            var percent: Int
        }

        var syntax: CSVSyntax
        /// The likeliest delimiters, the best first; empty when it was given or the file has one column.
        var rivals: [Rival] = []
        var isOtherQuote = false
        var headerStart = 0

        /// Whether the best is not just a little better than the next.
        var isClear: Bool { (rivals.first?.percent ?? 100) >= 60 }
    }

    let window: [UInt8]
    /// Whether the window ends where the file ends.
    let isWhole: Bool
    /// `nil`: to be found.
    let delimiter: UInt8?
    let quote: CSVDialect.Quote?
    let comment: UInt8?

    private static let delimiters = [",", ";", "\t", "|"].flatMap { Array($0.utf8) }
    private static let mark = UInt8(ascii: "\"")
    private static let otherMark = UInt8(ascii: "'")
    /// What is guessed is never called surer than 98 %.
    private static let doubt = 1.02

    func find() -> Finding {
        let endsAtReturn = endsAtReturn
        let candidates = delimiter.map { [$0] } ?? Self.delimiters.filter(window.contains)
        let trials = candidates.map { bestTrial($0, endsAtReturn) }.sorted { $0.weight > $1.weight }
        let best = trials.first { delimiter != nil || $0.weight > 0 }
        let chosen = best ?? bestTrial(UInt8(ascii: ","), endsAtReturn)
        return Finding(
            syntax: chosen.syntax, rivals: delimiter == nil && best != nil ? rivals(trials) : [],
            isOtherQuote: quote == nil && chosen.syntax.quote == Self.otherMark,
            headerStart: chosen.headerStart)
    }

    private func rivals(_ trials: [CSVTrial]) -> [Finding.Rival] {
        let sum = trials.reduce(0) { $0 + $1.weight } * Self.doubt
        return trials.prefix(2).map {
            Finding.Rival(delimiter: $0.syntax.delimiter, percent: Int($0.weight / sum * 100))
        }
    }

    private func bestTrial(_ delimiter: UInt8, _ endsAtReturn: Bool) -> CSVTrial {
        func trial(_ quote: UInt8?) -> CSVTrial {
            let syntax = CSVSyntax(
                delimiter: delimiter, quote: quote, comment: comment, endsAtReturn: endsAtReturn)
            return CSVTrial(window, isWhole: isWhole, syntax)
        }
        switch quote {
        case .byte(let byte)?: return trial(byte)
        case .some(.none): return trial(nil)
        case nil:
            let usual = trial(Self.mark)
            guard window.contains(Self.otherMark), usual.quotedFields == 0 else { return usual }
            let other = trial(Self.otherMark)
            // An apostrophe before a number keeps spreadsheets from reading it, and quotes nothing.
            guard other.quotedFields > 0, other.strayQuotes == 0 else { return usual }
            return other.hasQuotedHeader || other.weight > usual.weight ? other : usual
        }
    }

    /// Whether lone CRs end records: there is one outside quotation marks, and no line feed.
    private var endsAtReturn: Bool {
        let quote: UInt8? =
            switch self.quote {
            case .byte(let byte)?: byte
            case .some(.none): nil
            case nil: Self.mark
            }
        var hasReturn = false
        var isQuoted = false
        var opensField = true
        for (index, byte) in window.enumerated() {
            if byte == quote, isQuoted || opensField {
                isQuoted.toggle()
            } else if !isQuoted, byte == .lineFeed {
                return false
            } else if !isQuoted, byte == .carriageReturn, isWhole || index + 1 < window.count {
                hasReturn = true
            }
            // A doubled mark closes and opens again.
            opensField =
                byte == quote || byte == .carriageReturn || byte == delimiter
                || delimiter == nil && Self.delimiters.contains(byte)
        }
        return hasReturn
    }
}
