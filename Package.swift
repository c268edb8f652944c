// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

/// Targets that touch C pointers go without; everywhere else the compiler asks for `unsafe` at each use.
let memorySafe: Set<String> = [
    "CatalinkCore", "CatalinkDispatch", "CatalinkLedger", "CatalinkSandbox", "CatalinkWebhook",
    "CatalinkRunner",
    "catalink",
]

// Hummingbird: the current Swift server; the sandbox is a real server on a real socket, and so is what takes webhooks.
// `traits: []` keeps its two default traits from being re-ordered, and so rebuilt, at each planning.
let hummingbird = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
// What Hummingbird does not re-export: header fields, channels, a service group that leaves signals alone.
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
// SQLite with migrations and prepared statements; the ledger and the sandbox's store.
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
// SQLite's own functions, for the statements that a million payments go through: GRDB boxes every value.
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
// The command line: subcommands, help and validation.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
// The logging interface that Hummingbird and the runner share.
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "catalink",
    products: [.executable(name: "catalink", targets: ["catalink"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // One C library, one system target, one Swift importer.
        // libxml2: SAX2 push parser for XML catalogs.
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        // libyaml: event stream with marks, for YAML catalogs and job files.
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // libcurl: the least CPU for a small POST, and TLS, proxies and certificate stores come with it.
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // zlib: gzip catalogs.
        .systemLibrary(name: "CZLib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // libcrypto: SHA-256 on the CPU's own instructions; swift-crypto costs every cold build 90 s.
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        .target(name: "CatalinkHash", dependencies: ["CLibCrypto"]),
        .target(
            name: "CatalinkCore", dependencies: ["CatalinkHash"],
            // The style and the script of the run report.
            resources: [.embedInCode("Reporting/Assets")]),
        .target(name: "CatalinkRead", dependencies: ["CatalinkCore", "CLibXML2", "CLibYAML", "CZLib"]),
        .target(name: "CatalinkDispatch", dependencies: ["CatalinkCore", "CatalinkHash"]),
        .target(name: "CatalinkTransport", dependencies: ["CatalinkCore", "CatalinkHash", "CLibCurl"]),
        .target(name: "CatalinkLedger", dependencies: ["CatalinkCore", "CatalinkHash", grdb, sqlite]),
        .target(
            name: "CatalinkSandbox",
            dependencies: [
                "CatalinkCore", "CatalinkHash", hummingbird, httpTypes, nioCore, nioPosix, serviceLifecycle,
                unixSignals, logging,
                grdb,
            ]),
        // Apart from the sandbox: this server faces senders of payments, and must do nothing else.
        .target(
            name: "CatalinkWebhook",
            dependencies: [
                "CatalinkCore", "CatalinkHash", hummingbird, httpTypes, nioCore, nioPosix, serviceLifecycle,
                unixSignals, logging,
            ]),
        .target(
            name: "CatalinkRunner",
            dependencies: [
                "CatalinkCore", "CatalinkHash", "CatalinkRead", "CatalinkDispatch", "CatalinkTransport",
                "CatalinkLedger",
                "CatalinkSandbox", "CatalinkWebhook", logging,
            ],
            // Presets are data, and the command is one file: they are compiled in.
            resources: [.embedInCode("Presets")]),
        .executableTarget(
            name: "catalink", dependencies: ["CatalinkRunner", "CatalinkCore", argumentParser]),

        .target(
            name: "CatalinkTestSupport", dependencies: ["CatalinkCore", "CatalinkHash"],
            path: "Tests/CatalinkTestSupport"),
        .testTarget(name: "CatalinkHashTests", dependencies: ["CatalinkHash"]),
        .testTarget(name: "CatalinkCoreTests", dependencies: ["CatalinkCore", "CatalinkTestSupport"]),
        .testTarget(name: "CatalinkReadTests", dependencies: ["CatalinkRead", "CatalinkTestSupport"]),
        .testTarget(
            name: "CatalinkDispatchTests", dependencies: ["CatalinkDispatch", "CatalinkTestSupport"]),
        .testTarget(
            name: "CatalinkTransportTests",
            dependencies: ["CatalinkTransport", "CatalinkSandbox", "CatalinkTestSupport"]),
        .testTarget(
            name: "CatalinkLedgerTests", dependencies: ["CatalinkLedger", "CatalinkTestSupport", grdb]),
        .testTarget(
            name: "CatalinkSandboxTests",
            dependencies: ["CatalinkSandbox", "CatalinkTransport", "CatalinkTestSupport"]),
        .testTarget(
            name: "CatalinkWebhookTests", dependencies: ["CatalinkWebhook", "CatalinkTestSupport"]),
        .testTarget(
            name: "CatalinkRunnerTests", dependencies: ["CatalinkRunner", "CatalinkTestSupport", grdb]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["catalink", "CatalinkTransport", "CatalinkHash", "CatalinkTestSupport"]),
        .testTarget(name: "ArchitectureTests"),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = strict + (memorySafe.contains(target.name) ? [.strictMemorySafety()] : [])
}
