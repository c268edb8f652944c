import CatalinkCore
import CatalinkRunner
import Testing

struct NotifyJobTests {
    private static func complaints(_ notify: String) async throws -> [String] {
        try await JobFileTests.complaints(JobFileTests.good + "\nnotify: " + notify)
    }

    @Test func onlyTroubleIsToldUnlessItIsSaid() async throws {
        let job = try await JobFileTests.load(
            JobFileTests.good + """

                unsettledAfter: 6h
                notify:
                  - webhook: {url: "https://hooks.example/x"}
                  - {on: [success], heartbeat: "https://hc.example/x"}
                  - heartbeat: {env: HC}
                """)
        #expect(job.unsettledAfter == .seconds(21_600))
        #expect(job.notify.map(\.occasions) == [[.trouble], [.success], [.start, .success, .trouble]])
    }

    @Test(arguments: [
        ("{webhook: {url: \"https://a.b\"}}", "notify: expected a list, got: a mapping"),
        (
            "[{on: [start]}]",
            "notify: expected one of `webhook:`, `heartbeat:` and `command:`, got: none"
        ),
        (
            "[{heartbeat: \"https://a.b\", command: [a]}]",
            "notify: expected one of `webhook:`, `heartbeat:` and `command:`, got: heartbeat and command"
        ),
        ("[{on: [end], command: [a]}]", "notify.on: expected start, success, trouble, got: \"end\""),
        (
            "[{heartbeat: \"ftp://user:secret@a.b\"}]",
            "notify.heartbeat: expected an address such as https://example.com/…, or `{env: NAME}`, "
                + "got: another text"
        ),
        ("[\"https://a.b/secret\"]", "notify: expected a mapping, got: a text"),
        (
            "[{webhook: \"https://a.b/secret\"}]",
            "notify.webhook: expected a mapping with `url:`, got: a text"
        ),
        ("[{webhook: {body: {}}}]", "notify.webhook: expected `url:`, got: nothing"),
        ("[{command: []}]", "notify.command: expected a program and its arguments, got: none"),
    ])
    func mistakesAreNamed(_ notify: String, _ complaint: String) async throws {
        let complaints = try await Self.complaints(notify)
        #expect(complaints.count == 1)
        #expect(complaints.first?.contains(complaint) == true, "\(complaints)")
        #expect(!complaints.joined().contains("secret"))
    }

    @Test func anUnknownNameInABodyIsNamed() async throws {
        let complaints = try await Self.complaints(
            "[{webhook: {url: \"https://a.b\", body: {text: \"{{jobb}}\"}}}]")
        #expect(complaints.count == 1)
        #expect(complaints.first?.contains("notify.webhook.body: expected one of job, run, ") == true)
        #expect(complaints.first?.hasSuffix("got: \"jobb\"") == true)
    }
}
