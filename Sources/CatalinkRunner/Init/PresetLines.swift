import CatalinkCore
import CatalinkRead

/// The lines that a preset gives a job to begin with, without what they only say as an example.
struct PresetLines {
    private let preset: Preset
    private let look: CatalogLook
    static let blank = "FILL IN"

    init(_ preset: Preset, _ look: CatalogLook) {
        self.preset = preset
        self.look = look
    }

    var lines: [String] {
        let given = preset.job.split(separator: "\n").map(String.init)
        let isEuro = given.contains { $0.contains(Self.euroAsDollar) }
        let hasLink = given.contains { $0.hasPrefix("link:") }
        return (isEuro && !hasLink ? ["link: {currency: eurc}     # guessed"] : []) + given.compactMap(line)
    }

    /// Whether a person has to fill something in.
    var hasBlanks: Bool { lines.contains { $0.contains(Self.blank) } }

    private static let euroAsDollar = "{from: EUR, to: usdc, rate: \"1.00\"}"

    private func line(_ line: String) -> String? {
        guard let found = line.firstRange(of: "rate: \""), !line.contains("#") else { return line }
        if line.contains(Self.euroAsDollar) {
            return line.replacing(Self.euroAsDollar, with: "{from: EUR, to: eurc, rate: \"1.00\"}")
        }
        guard !line.contains("from: USD, to: usdc, rate: \"1.00\"") else { return line }
        if preset.name == "heureka", isSlovak { return nil }
        let rate = line[found.lowerBound...].prefix { $0 != "}" && $0 != "," }
        let currency =
            preset.name == "heureka" && !isCzech ? line.replacing("from: CZK", with: "from: FILL IN") : line
        return currency.replacing(rate, with: "rate: \(Self.blank)")
            + "     # `check` refuses the job until this is filled in"
    }

    // MARK: Countries

    private var isSlovak: Bool { !hosts.isEmpty && hosts.allSatisfy { $0.hasSuffix(".sk") } }
    private var isCzech: Bool { !hosts.isEmpty && hosts.allSatisfy { $0.hasSuffix(".cz") } }

    /// Of the products' own pages.
    private var hosts: [String] {
        guard let column = look.columns.firstIndex(of: "URL") else { return [] }
        return look.values(of: column).compactMap { value in
            value.firstRange(of: "://").map { start in
                value[start.upperBound...].prefix { $0 != "/" && $0 != ":" && $0 != "?" }.lowercased()
            }
        }
    }
}
