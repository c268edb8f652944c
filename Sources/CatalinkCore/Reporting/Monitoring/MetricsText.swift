/// Text in Prometheus' exposition format 0.0.4: families one after another, each with HELP and TYPE.
package struct MetricsText: Sendable {
    package enum Kind: String, Sendable {
        case gauge, histogram
    }

    typealias Label = (name: String, value: String)

    package private(set) var text = ""
    private let common: [Label]

    /// - Parameter common: labels of every sample.
    init(common: [(name: String, value: String)]) {
        self.common = common
    }

    /// A gauge of one sample; nothing where there is no value.
    mutating func gauge(_ name: String, _ help: String, _ value: String?) {
        guard let value else { return }
        head(name, .gauge, help)
        sample(name, [], value)
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Int?) {
        gauge(name, help, value.map { String($0) })
    }

    /// A gauge of several samples that differ in one label.
    mutating func gauge(_ name: String, _ help: String, by label: String, _ values: [(String, Int)]) {
        guard !values.isEmpty else { return }
        head(name, .gauge, help)
        for (value, count) in values { sample(name, [(label, value)], String(count)) }
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: LatencyHistogram) {
        head(name, .histogram, help)
        for bucket in histogram.cumulative {
            sample(name + "_bucket", [("le", bucket.bound?.decimalSeconds ?? "+Inf")], String(bucket.count))
        }
        sample(name + "_sum", [], histogram.sum.decimalSeconds)
        sample(name + "_count", [], String(histogram.count))
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quote: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: [Label], _ value: String) {
        let labels = (common + labels).map { "\($0.name)=\"\(Self.escaped($0.value, quote: true))\"" }
        text += "\(name){\(labels.joined(separator: ","))} \(value)\n"
    }

    /// Backslash and line end are escaped everywhere, quotation marks in label values alone.
    private static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Duration {
    /// `0.25`, `10`, exact to the microsecond.
    var decimalSeconds: String {
        let (whole, rest) = inMicroseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = inMicroseconds < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        let digits = String(rest)
        var fraction = String(repeating: "0", count: 6 - digits.utf8.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}

extension Timestamp {
    /// Seconds since 1970: `1796023800.25`.
    var decimalSeconds: String { since(Timestamp(seconds: 0)).decimalSeconds }
}
