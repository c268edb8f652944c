import ArgumentParser
import CatalinkCore
import CatalinkRunner

extension Conversions {
    /// `catalink conversions listen JOB --port N`
    struct Listen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record payments that are delivered by webhooks.",
            discussion: """
                The address is told on standard error:

                  catalink conversions listen jobs/tracked-links.yaml --port 8788

                Takes POST with one payment as a JSON object, or a list of them, in
                the columns of `conversions import`. Each is signed:

                  Catalink-Signature: t=SECONDS,v1=HEX
                  HEX = HMAC-SHA-256(secret, SECONDS + "." + body)

                The secret is CATALINK_WEBHOOK_SECRET, what the file in
                CATALINK_WEBHOOK_SECRET_FILE holds, or ACCOUNT.webhook in
                $CREDENTIALS_DIRECTORY. SECONDS may be five minutes from the present.
                200 is answered once every payment is on disk; the same delivery
                again is 200, too, and records nothing twice.

                Stops on SIGTERM and SIGINT, after at most ten seconds for what is on its
                way, and tells then what it took and refused.
                """)

        @OptionGroup var argument: JobArgument

        @Option(help: "The port; 0 for any that is free.")
        var port: Int

        @Option(help: "The address to listen on; encryption is left to a proxy before it.")
        var host = "127.0.0.1"

        @Option(help: "The header with the signature.")
        var signatureHeader = "Catalink-Signature"

        @Option(help: "The header with the delivery's id; without one its body is its id.")
        var idHeader = "Webhook-Id"

        @Option(help: "The largest body, in KiB.")
        var largest = 256

        @Option(help: "text or json.")
        var format = DocumentFormat.text

        func validate() throws {
            guard (0...65535).contains(port) else {
                throw ValidationError("--port: expected 0 to 65535, got: \(port)")
            }
            guard (1...16_384).contains(largest) else {
                throw ValidationError("--largest: expected 1 to 16384, got: \(largest)")
            }
        }

        func run() async throws {
            try await reporting(argument.job, format) {
                var options = WebhookListener.Options()
                options.host = host
                options.port = port
                options.signatureHeader = signatureHeader
                options.idHeader = idHeader
                options.mostBytes = largest * 1024
                // The server stops on signals itself.
                let listener = try WebhookListener(
                    JobFile.load(argument.job), options, variables: Terminal.variables)
                let report = try await listener.run { port in
                    let shown = host.contains(":") ? "[\(host)]" : host
                    Terminal.say(["listening on http://\(shown):\(port)"])
                } onTrouble: { message in
                    Terminal.say(["not recorded: \(message)"])
                }
                Terminal.print(format == .json ? [report.json.indented()] : report.text)
                return .settled
            }
        }
    }
}
