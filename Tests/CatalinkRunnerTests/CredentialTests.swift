import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import CatalinkTransport
import Testing

/// Which pair an account gets, from where, and where it may go.
struct CredentialTests {
    private static let api = "https://api.devdraft.ai"

    private func find(
        _ account: String, _ variables: [String: String], accounts: Set<String> = [], at address: String = api
    ) throws -> String {
        let credentials = try CredentialFinder(environment: variables, accounts: accounts).credentials(
            for: account, at: try Target(address))
        return credentials.key + " " + credentials.secret
    }

    /// The message of the refusal, which must be 78.
    private func refusal(
        _ account: String, _ variables: [String: String], accounts: Set<String> = [], at address: String = api
    ) throws -> String {
        let failure = try #require(
            #expect(throws: RunFailure.self) {
                try find(account, variables, accounts: accounts, at: address)
            })
        #expect(failure.status == .configuration)
        return failure.messages.joined(separator: "\n")
    }

    /// A directory with files of the given names and texts, and the variables that name it.
    private func withFiles(_ files: [String: String], _ body: ([String: String], String) throws -> Void)
        async throws
    {
        try await withTemporaryDirectory { directory in
            for (name, text) in files { try write(text, to: directory + "/" + name) }
            try body(["CREDENTIALS_DIRECTORY": directory], directory)
        }
    }

    private static let unnamed = ["DEVDRAFT_CLIENT_KEY": "k", "DEVDRAFT_CLIENT_SECRET": "s"]

    // MARK: Found

    @Test func thePairOfFilesIsFound() async throws {
        try await withFiles([
            "shop.key": "k1\n", "shop.secret": " s1\r\n", "default.key": "k2", "default.secret": "s2",
        ]) { (variables, _) throws in
            #expect(try find("shop", variables) == "k1 s1")
            #expect(try find("default", variables) == "k2 s2")
        }
    }

    @Test func filesComeBeforeVariables() async throws {
        try await withFiles(["default.key": "k1", "default.secret": "s1"]) { (variables, _) throws in
            #expect(try find("default", variables.merging(Self.unnamed) { $1 }) == "k1 s1")
        }
    }

    @Test func variablesWithAndWithoutANameAreFound() throws {
        #expect(try find("default", Self.unnamed) == "k s")
        let named = ["DEVDRAFT_CLIENT_KEY_MY_SHOP": "k1", "DEVDRAFT_CLIENT_SECRET_MY_SHOP": "s1"]
        #expect(try find("my-shop", named) == "k1 s1")
        let both = Self.unnamed.merging(
            ["DEVDRAFT_CLIENT_KEY_DEFAULT": "k1", "DEVDRAFT_CLIENT_SECRET_DEFAULT": "s1"]
        ) { $1 }
        #expect(try find("default", both) == "k1 s1")
    }

    @Test func variablesMayNameFiles() async throws {
        try await withFiles(["one": "k1\n", "two": "s1\n"]) { (_, directory) throws in
            #expect(
                try find(
                    "shop",
                    [
                        "DEVDRAFT_CLIENT_KEY_SHOP_FILE": directory + "/one",
                        "DEVDRAFT_CLIENT_SECRET_SHOP_FILE": directory + "/two",
                    ]) == "k1 s1")
            #expect(
                try find(
                    "default",
                    ["DEVDRAFT_CLIENT_KEY": "k2", "DEVDRAFT_CLIENT_SECRET_FILE": directory + "/two"])
                    == "k2 s1")
        }
    }

    // MARK: Missing

    @Test func whatIsMissingIsSaidWithItsNames() throws {
        #expect(
            try refusal("shop", Self.unnamed)
                == "credentials shop: expected a client key and secret, got: no key (set DEVDRAFT_CLIENT_KEY_SHOP and "
                + "DEVDRAFT_CLIENT_SECRET_SHOP, their _FILE forms, or put shop.key and shop.secret into "
                + "$CREDENTIALS_DIRECTORY)")
        let message = try refusal("default", ["DEVDRAFT_CLIENT_KEY": "visible"])
        #expect(message.contains("got: no secret (set DEVDRAFT_CLIENT_KEY and DEVDRAFT_CLIENT_SECRET,"))
        #expect(!message.contains("visible"))
    }

    @Test func anEmptyFileIsNoSecret() async throws {
        try await withFiles(["default.key": "k", "default.secret": "\n"]) { (variables, _) throws in
            #expect(
                try refusal("default", variables.merging(Self.unnamed) { $1 }).contains("got: no secret"))
        }
    }

    @Test func aFileThatIsNotThereIsSaid() throws {
        let message = try refusal(
            "default", ["DEVDRAFT_CLIENT_KEY_FILE": "/no/such/file", "DEVDRAFT_CLIENT_SECRET": "s"])
        #expect(message == "/no/such/file: expected a file to read, got: none")
    }

    @Test(arguments: ["hid\nout: x", "hid\r\nout", "hid out", "hid\u{0}out", "hid\u{E9}out", "hid\tout"])
    func aSecretThatIsNoHeaderValueIsRefusedAndNotShown(_ secret: String) async throws {
        let variables = ["DEVDRAFT_CLIENT_KEY": "apple", "DEVDRAFT_CLIENT_SECRET": secret]
        try await withFiles(["default.key": "apple", "default.secret": secret]) { (files, _) throws in
            for variables in [variables, files] {
                #expect(
                    try refusal("default", variables)
                        == "credentials default: expected visible characters and no space or line end, got: others"
                )
            }
        }
    }

    // MARK: Of one account

    private static let two: Set = ["default", "shop"]

    @Test func theUnnamedPairIsForARunOfOneAccount() throws {
        #expect(try find("default", Self.unnamed, accounts: ["default"]) == "k s")
        #expect(
            try refusal("default", Self.unnamed, accounts: Self.two)
                == "credentials default: expected a pair with a name in a run of 2 accounts, got: DEVDRAFT_CLIENT_KEY "
                + "(call it DEVDRAFT_CLIENT_KEY_DEFAULT, or put it into default.key and default.secret in "
                + "$CREDENTIALS_DIRECTORY)")
        let named = ["DEVDRAFT_CLIENT_KEY_DEFAULT": "k", "DEVDRAFT_CLIENT_SECRET_DEFAULT": "s"]
        #expect(try find("default", named, accounts: Self.two) == "k s")
    }

    @Test func halfAnUnnamedPairIsRefusedToo() async throws {
        try await withFiles(["default.key": "k", "one": "s"]) { (variables, directory) throws in
            var variables = variables
            variables["DEVDRAFT_CLIENT_SECRET_FILE"] = directory + "/one"
            #expect(try find("default", variables) == "k s")
            #expect(
                try refusal("default", variables, accounts: Self.two).contains("got: DEVDRAFT_CLIENT_SECRET"))
        }
    }

    @Test func filesOfTheDefaultAccountAreAllowedBesideOthers() async throws {
        try await withFiles(["default.key": "k1", "default.secret": "s1"]) { (variables, _) throws in
            #expect(
                try find("default", variables.merging(Self.unnamed) { $1 }, accounts: Self.two) == "k1 s1")
        }
    }

    @Test func aVariableThatCouldMeanTwoAccountsIsRefused() throws {
        let variables = ["DEVDRAFT_CLIENT_KEY_A_B": "k", "DEVDRAFT_CLIENT_SECRET_A_B": "s"]
        #expect(try find("a-b", variables, accounts: ["a-b", "c"]) == "k s")
        #expect(
            try refusal("a-b", variables, accounts: ["a-b", "a.b"]).contains(
                "expected a variable of one account"))
        // Of the default account it would be the name of a file with the key.
        let file = ["DEVDRAFT_CLIENT_KEY_FILE": "/etc/key", "DEVDRAFT_CLIENT_SECRET_FILE": "/etc/secret"]
        #expect(try refusal("file", file).contains("expected a variable of one account"))
    }

    // MARK: Hosts

    @Test(arguments: ["https://api.devdraft.ai", "http://127.0.0.1:8787", "https://localhost"])
    func theAPIAndLoopbackNeedNoName(_ address: String) throws {
        #expect(try find("default", Self.unnamed, at: address) == "k s")
    }

    @Test func anotherHostMustBeNamedBesideTheSecret() async throws {
        let elsewhere = "https://elsewhere.example:8443"
        #expect(
            try refusal("default", Self.unnamed, at: elsewhere)
                == "credentials default: expected a target that the secret may go to, got: elsewhere.example (name it in "
                + "default.hosts beside the secret, or in DEVDRAFT_CLIENT_HOSTS)")
        var variables = Self.unnamed
        variables["DEVDRAFT_CLIENT_HOSTS"] = "one.example Elsewhere.example"
        #expect(try find("default", variables, at: elsewhere) == "k s")
        #expect(throws: RunFailure.self) { try find("default", variables, at: "https://else.example") }
        try await withFiles([
            "shop.key": "k1", "shop.secret": "s1", "shop.hosts": "elsewhere.example\n",
            "other.key": "k2", "other.secret": "s2",
        ]) { (files, _) throws in
            #expect(try find("shop", files, at: elsewhere) == "k1 s1")
            #expect(throws: RunFailure.self) { try find("other", files, at: elsewhere) }
        }
    }
}
