extension Duration {
    /// `500ms`, `30s`, `1m`, `24h`, `7d`, `2w`; `nil` for anything else.
    package init?(written text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number < 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        case "d": self = .seconds(number * 86_400)
        case "w": self = .seconds(number * 7 * 86_400)
        default: return nil
        }
    }

    /// The same in whole days, hours, minutes or seconds; the largest that fits.
    package var written: String {
        let seconds = components.seconds
        for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)]
        where seconds > 0 && seconds % size == 0 {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }

    /// About so long, in its largest unit: `3d`, `7h`, `12m`, `0s`.
    package var rounded: String {
        let seconds = max(0, components.seconds)
        for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds >= size {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }
}
