import Foundation
import Testing

/// Which module may import which: ours by the design's arrows, outside ones by their only importers.
struct ImportTests {
    /// Test support and tests may import what they test.
    private static let allowed: [String: Set<String>] = [
        "CatalinkHash": ["CLibCrypto"],
        "CatalinkCore": ["CatalinkHash", "Foundation"],
        "CatalinkRead": ["CatalinkCore", "CLibXML2", "CLibYAML", "CZLib", "Glibc"],
        "CatalinkDispatch": ["CatalinkCore", "CatalinkHash", "Synchronization"],
        "CatalinkTransport": ["CatalinkCore", "CatalinkHash", "CLibCurl", "Foundation", "Synchronization"],
        "CatalinkLedger": [
            "CatalinkCore", "CatalinkHash", "Foundation", "GRDB", "GRDBSQLite", "Glibc", "Synchronization",
        ],
        "CatalinkSandbox": [
            "CatalinkCore", "CatalinkHash", "Foundation", "GRDB", "HTTPTypes", "HummingbirdCore", "Logging",
            "NIOCore", "NIOPosix",
            "ServiceLifecycle", "Synchronization", "UnixSignals",
        ],
        "CatalinkWebhook": [
            "CatalinkCore", "CatalinkHash", "Glibc", "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore",
            "NIOPosix", "ServiceLifecycle", "UnixSignals",
        ],
        "CatalinkRunner": [
            "CatalinkCore", "CatalinkHash", "CatalinkRead", "CatalinkDispatch", "CatalinkTransport",
            "CatalinkLedger", "CatalinkSandbox", "CatalinkWebhook", "Foundation", "Glibc", "Logging",
            "Synchronization",
        ],
        "catalink": [
            "ArgumentParser", "CatalinkCore", "CatalinkRunner", "Dispatch", "Foundation", "Synchronization",
        ],
    ]

    @Test(arguments: allowed.keys.sorted())
    func targetImportsOnlyWhatTheDesignAllows(_ target: String) throws {
        let allowed = try #require(Self.allowed[target])
        let files = try SourceTree.swiftFiles(below: "Sources/\(target)")
        #expect(!files.isEmpty)
        for file in files {
            for module in SourceTree.imports(of: file.text) where !allowed.contains(module) {
                Issue.record("\(file.path) imports \(module), which \(target) may not")
            }
        }
    }

    @Test func everySwiftTargetHasItsRule() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root + "/Sources")
        let swift = folders.filter { !$0.hasPrefix("CLib") && $0 != "CZLib" }
        #expect(Set(swift) == Set(Self.allowed.keys))
    }

    @Test func importsOfEveryFormAreFound() {
        let text = """
            import A
            package import B
            @testable import C
              @preconcurrency public import struct D.Thing
            // import E
            let important = 1
            """
        #expect(SourceTree.imports(of: text) == ["A", "B", "C", "D"])
    }

    /// Money is counted in whole numbers; a float in pricing would be a bug waiting.
    @Test func noFloatTouchesAPrice() throws {
        for folder in ["Pricing", "PaymentLink", "Mapping", "Record", "JSON"] {
            for file in try SourceTree.swiftFiles(below: "Sources/CatalinkCore/\(folder)") {
                let words = file.text.split { !$0.isLetter }
                let isDuration = file.path.hasSuffix("Timestamp.swift")
                #expect(!words.contains("Decimal"), "\(file.path)")
                #expect(isDuration || !words.contains("Double"), "\(file.path)")
            }
        }
    }

    /// The core takes values and gives values: no clock, file, task or random number of its own.
    @Test func theCoreHasNoEffects() throws {
        let effects = [
            "Date(", "FileManager", "FileHandle", "Task {", "Task.", "random(", "ProcessInfo",
            "DispatchQueue(",
        ]
        for file in try SourceTree.swiftFiles(below: "Sources/CatalinkCore") {
            for effect in effects where file.text.contains(effect) {
                Issue.record("\(file.path) has \(effect)")
            }
        }
    }

    /// One task group for sending, in one file.
    @Test func tasksForSendingStartInOnePlace() throws {
        let starters = try SourceTree.swiftFiles(below: "Sources/CatalinkDispatch").filter {
            $0.text.contains("addTask")
        }
        #expect(starters.map(\.path) == ["Sources/CatalinkDispatch/Dispatcher.swift"])
    }
}
