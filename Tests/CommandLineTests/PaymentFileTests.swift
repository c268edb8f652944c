import CatalinkCore
import Foundation
import Testing

/// What files of payments may be, and what is said of others.
@Suite(.timeLimit(.minutes(10)))
struct PaymentFileTests {
    /// As `conversion:` of the job does.
    @Test func aMappingLooksUpTheTablesOfTheJob() async throws {
        try await PaymentScene.with { scene in
            let job = try scene.command.read(PaymentScene.job)
            try scene.command.write(
                job + "\ntables: {shortened: {values: {mug: enamel-mug-spring}}}\n", to: PaymentScene.job)
            try scene.command.write("slug: \"{{what | lookup: shortened}}\"\n", to: "m.yaml")
            try scene.command.write("id,what,amount,currency,time\n1,mug,9,usdc,2026-11-02\n", to: "p.csv")
            #expect(try await scene.imported(0, "p.csv", "--mapping", "m.yaml").books("new") == 1)
            try scene.command.write("slug: \"{{what | lookup: longer}}\"\n", to: "m.yaml")
            let unknown = try await scene.command.run(
                "conversions", "import", PaymentScene.job, "p.csv", "--mapping", "m.yaml")
            #expect(unknown.status == 78)
            #expect(unknown.errors.contains("m.yaml:1:7: conversion.slug: expected"), "\(unknown.errors)")
        }
    }

    /// Nothing is recorded of it.
    @Test(arguments: ["json", "jsonl", "yaml", "xml"])
    func whatIsNoFixFileIsRefused(_ format: String) async throws {
        let rows = [
            "json":
                #"[{"id": "1", "slug": "enamel-mug-spring", "amount": "9", "currency": "usdc", "time": "2026-11-02"}]"#,
            "jsonl":
                #"{"id": "1", "slug": "enamel-mug-spring", "amount": "9", "currency": "usdc", "time": "2026-11-02"}"#,
            "yaml":
                #"- {id: "1", slug: enamel-mug-spring, amount: "9", currency: usdc, time: "2026-11-02"}"#,
            "xml": "<all><one><id>1</id><slug>enamel-mug-spring</slug><amount>9</amount>"
                + "<currency>usdc</currency><time>2026-11-02</time></one></all>",
        ]
        try await PaymentScene.with { scene in
            try scene.command.write(try #require(rows[format]), to: "p.\(format)")
            let outcome = try await scene.command.run(
                "conversions", "import", PaymentScene.job, "--fix", "p.\(format)")
            #expect(outcome.status == 65, "\(outcome.output)")
            #expect(
                outcome.errors
                    == "p.\(format): expected a fix file, which has `_place`, got: a file without (runs and imports write "
                    + "them; its own columns must stay)\n")
            #expect(try await scene.imported(0, "p.\(format)").books("new") == 1)
            // What an import wrote is one.
            let other = try scene.command.read("p.\(format)").replacing(
                "enamel-mug-spring", with: "no-such-link"
            )
            .replacing("\"1\"", with: "\"2\"").replacing(">1<", with: ">2<")
            try scene.command.write(other, to: "p.\(format)")
            try await scene.imported(2, "p.\(format)", "--write-fix", "fix.\(format)")
            let fix = try scene.command.read("fix.\(format)")
            try scene.command.write(
                fix.replacing("no-such-link", with: "enamel-mug-spring"), to: "fix.\(format)")
            #expect(try await scene.imported(0, "--fix", "fix.\(format)").books("new") == 1, "\(fix)")
        }
    }

    @Test func packedPaymentsAreReadLikeAnyOther() async throws {
        try await PaymentScene.with { scene in
            #expect(try await scene.imported(0, "samples/payments.csv").books("new") == 12)
            let packed = try StartedCommand(
                ["gzip", "samples/payments.csv"], directory: scene.command.directory,
                variables: scene.command.variables, executable: URL(filePath: "/usr/bin/env"))
            try #require(await packed.ended() == 0)
            #expect(try await scene.imported(0, "samples/payments.csv.gz").books("known") == 12)
        }
    }
}
