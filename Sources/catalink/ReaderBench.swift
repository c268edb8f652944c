import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

/// `catalink bench fuzz`
struct Fuzz: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Feed broken catalogs to the readers and look for crashes, hangs and memory.",
        discussion: """
              catalink bench fuzz --seconds 10
              catalink bench fuzz --reader xml --seed 7

            Inputs are made from small catalogs by cutting, repeating, splicing and
            by words of each format. CSV and XML are read twice, cut at different places;
            both must give the same records or the same message. The input at hand
            lies in the directory before it is read, so a crash leaves it behind.
            Exits with 1 when something was found.
            """)

    @Option(help: "For how long, all readers together.")
    var seconds = 60.0

    @Option(help: "Decides all that is left to chance.")
    var seed = 1

    @Option(help: "Only this one: \(FuzzReader.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reader: FuzzReader?

    @Option(help: "Where inputs and findings lie.", completion: .directory)
    var keep = NSTemporaryDirectory() + "catalink-fuzz"

    func run() async throws {
        try await reporting("bench fuzz", .text) {
            var options = FuzzBench.Options(directory: keep)
            options.seconds = seconds
            options.seed = seed
            if let reader { options.readers = [reader] }
            let reports = try await FuzzBench(options).run { Terminal.print([$0.line]) }
            return reports.allSatisfy(\.findings.isEmpty) ? .settled : .unexpected
        }
    }

    func validate() throws {
        guard seconds > 0 else { throw ValidationError("--seconds: expected more than 0, got: \(seconds)") }
    }
}

extension FuzzReader: ExpressibleByArgument {}

/// `catalink bench read`
struct Read: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read a catalog, every field of it, and tell the time and memory that takes.",
        discussion: """
              catalink bench read samples/shopify-products.csv
              catalink bench read samples/products.yaml --records /products
            """)

    @Argument(help: "The catalog.", completion: .file())
    var file: String

    @Option(help: "Where the records are, for XML, YAML and JSON.")
    var records = "/"

    @Option(help: "\(Job.Format.allCases.map(\.rawValue).joined(separator: ", ")); by the name if left out.")
    var format: Job.Format?

    @Option(help: "Columns, parted by commas; all that the first records show if left out.")
    var columns = ""

    func run() async throws {
        try await reporting("bench read", .text) {
            let names = columns.split(separator: ",").map(String.init)
            guard let bench = ReadBench(path: file, format: format, records: records, columns: names) else {
                throw ValidationError("expected a name that tells a format, or --format, got: \(file)")
            }
            Terminal.print([try await bench.run().line])
            return .settled
        }
    }
}

extension Job.Format: ExpressibleByArgument {}
