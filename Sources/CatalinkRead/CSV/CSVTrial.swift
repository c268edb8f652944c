import CatalinkCore

/// How a file's first records look under one syntax, right or wrong.
struct CSVTrial {
    let syntax: CSVSyntax
    /// Fields that are quoted from end to end.
    private(set) var quotedFields = 0
    /// Quotation marks that open a field and do not close it.
    private(set) var strayQuotes = 0
    private(set) var headerStart = 0
    private(set) var hasQuotedHeader = false
    private var widths: [Width] = []
    private var width = Width(fields: 1, filled: 0)

    private struct Width: Hashable {
        var fields: Int
        /// Without the empty ones at the end.
        var filled: Int
    }

    private enum State {
        case recordStart, fieldStart, text, quoted, behindQuote, comment
    }

    /// - Parameter isWhole: whether the window ends where the file ends; else its last record is not looked at.
    init(_ window: [UInt8], isWhole: Bool, _ syntax: CSVSyntax) {
        self.syntax = syntax
        var state = State.recordStart
        var index = 0
        while index < window.count {
            let isDoubled =
                state == .quoted && window[index] == syntax.quote && index + 1 < window.count
                && window[index + 1] == syntax.quote
            if isDoubled {
                index += 2
                continue
            }
            if state == .recordStart, widths.isEmpty { headerStart = index }
            state = after(window[index], endsLine(window, index), state)
            index += 1
        }
        if state == .quoted { strayQuotes += 1 }
        let isOpen = state != .recordStart && state != .comment
        if isOpen, isWhole && state != .quoted || widths.isEmpty { endRecord() }
    }

    private func endsLine(_ window: [UInt8], _ index: Int) -> Bool {
        if window[index] == .lineFeed { return true }
        guard window[index] == .carriageReturn else { return false }
        return syntax.endsAtReturn || index + 1 == window.count || window[index + 1] == .lineFeed
    }

    private mutating func after(_ byte: UInt8, _ endsLine: Bool, _ state: State) -> State {
        switch state {
        case .comment: return endsLine ? .recordStart : .comment
        case .quoted: return byte == syntax.quote ? .behindQuote : .quoted
        case .recordStart where endsLine: return .recordStart
        case .recordStart where byte == syntax.comment: return .comment
        default: break
        }
        let isDelimiter = byte == syntax.delimiter
        if state == .behindQuote {
            if endsLine || isDelimiter { quotedFields += 1 } else { strayQuotes += 1 }
        }
        if endsLine {
            endRecord()
            return .recordStart
        }
        if isDelimiter {
            width.fields += 1
            return .fieldStart
        }
        width.filled = width.fields
        let opensField = state == .recordStart || state == .fieldStart
        return opensField && byte == syntax.quote ? .quoted : .text
    }

    private mutating func endRecord() {
        if widths.isEmpty { hasQuotedHeader = quotedFields == width.fields }
        widths.append(width)
        width = Width(fields: 1, filled: 0)
    }

    /// Grows with the share of records that are as wide as the header, and with the header's width; 0 for one column.
    var weight: Double {
        guard let header = widths.first, header.fields > 1 else { return 0 }
        let fit = max(likeHeader(header), 0.6 * likeOneAnother, 0.05)
        return fit * fit * Double(header.fields - 1).squareRoot() / Double(1 + strayQuotes)
    }

    private func likeHeader(_ header: Width) -> Double {
        let rows = widths.dropFirst()
        guard !rows.isEmpty else { return 1 }
        let alike = rows.count {
            $0.fields == header.fields || $0.fields > header.fields && $0.filled <= header.fields
        }
        return Double(alike) / Double(rows.count)
    }

    private var likeOneAnother: Double {
        let rows = widths.dropFirst().filter { $0.fields > 1 }
        let most = Dictionary(rows.map { ($0.fields, 1) }, uniquingKeysWith: +).values.max() ?? 0
        return Double(most) / Double(max(widths.count - 1, 1))
    }
}
