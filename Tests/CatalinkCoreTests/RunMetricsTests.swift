import CatalinkCore
import Testing

struct RunMetricsTests {
    private static func metrics(_ job: String = "shop") -> RunMetrics {
        var metrics = RunMetrics(
            job: job, exit: .rowsNeedWork, startedAt: Timestamp(seconds: 100),
            endedAt: Timestamp(milliseconds: 112_250), unsettledAfter: .seconds(21_600))
        var books = Books()
        books.rows = 7
        books[.created] = 5
        books[.invalid] = 2
        metrics.counts = .init(
            books: books, accepted: 1, requests: 6, retried: 1, throttled: 3, missing: 4, stillSelling: 8)
        metrics.ledger = UnsettledItems(
            counts: LedgerCounts(items: [.open: 2, .held: 1, .created: 9]),
            oldestUnknown: Timestamp(milliseconds: 12_000), oldestHeld: Timestamp(milliseconds: 2_500),
            overdue: 3, lastSuccess: Timestamp(seconds: 50))
        for latency in [Duration.milliseconds(10), .milliseconds(11), .seconds(31)] {
            metrics.latencies.add(latency)
        }
        return metrics
    }

    @Test func everyFigureIsThere() {
        let lines = Self.metrics().text.split(separator: "\n").map(String.init)
        let name = "catalink_last_run_request_duration_seconds"
        for line in [
            "catalink_last_run_exit_status{job=\"shop\"} 2",
            "catalink_last_run_timestamp_seconds{job=\"shop\"} 112.25",
            "catalink_last_run_duration_seconds{job=\"shop\"} 12.25",
            "catalink_last_run_rows{job=\"shop\"} 7",
            "catalink_last_run_verdicts{job=\"shop\",verdict=\"created\"} 5",
            "catalink_last_run_verdicts{job=\"shop\",verdict=\"held\"} 0",
            "catalink_last_run_accepted{job=\"shop\"} 1",
            "catalink_last_run_requests{job=\"shop\"} 6",
            "catalink_last_run_retried_requests{job=\"shop\"} 1",
            "catalink_last_run_throttled_requests{job=\"shop\"} 3",
            "catalink_last_run_missing_items{job=\"shop\"} 4",
            "catalink_last_run_still_selling_links{job=\"shop\"} 8",
            "\(name)_bucket{job=\"shop\",le=\"0.01\"} 1", "\(name)_bucket{job=\"shop\",le=\"0.025\"} 2",
            "\(name)_bucket{job=\"shop\",le=\"30\"} 2", "\(name)_bucket{job=\"shop\",le=\"+Inf\"} 3",
            "\(name)_sum{job=\"shop\"} 31.021", "\(name)_count{job=\"shop\"} 3",
            "catalink_last_success_timestamp_seconds{job=\"shop\"} 50",
            "catalink_ledger_items{job=\"shop\",state=\"unknown\"} 2",
            "catalink_ledger_items{job=\"shop\",state=\"created\"} 9",
            "catalink_unknown_items{job=\"shop\"} 2",
            "catalink_unknown_oldest_age_seconds{job=\"shop\"} 100.25",
            "catalink_held_items{job=\"shop\"} 1", "catalink_held_oldest_age_seconds{job=\"shop\"} 109.75",
            "catalink_overdue_items{job=\"shop\"} 3",
            "catalink_overdue_age_seconds{job=\"shop\"} 21600",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    /// Each family has one HELP and one TYPE before its samples, which are of no other family.
    @Test func theFormatIsPrometheus() throws {
        let text = Self.metrics().text
        #expect(text.hasSuffix("\n"))
        var family = (name: "", kind: "")
        var seen: Set<String> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if words[0] == "#" {
                if words[1] == "HELP" {
                    #expect(seen.insert(words[2]).inserted)
                    family = (words[2], "")
                    #expect(words[3].hasSuffix("."))
                } else {
                    #expect(words[1] == "TYPE" && words[2] == family.name)
                    family.kind = words[3]
                }
                continue
            }
            let name = try #require(line.split(separator: "{").first)
            let ends = family.kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            #expect(ends.contains { name == family.name + $0 }, "\(line)")
            #expect(family.name.hasPrefix("catalink_"))
            #expect(family.kind == "histogram" || !family.name.hasSuffix("_total"))
            #expect(!family.kind.isEmpty)
        }
    }

    @Test func labelsAreEscaped() {
        let text = Self.metrics("a\"b\\c\nd").text
        #expect(text.contains("catalink_last_run_rows{job=\"a\\\"b\\\\c\\nd\"} 7\n"))
    }

    @Test func whatIsNotKnownIsLeftOut() {
        let metrics = RunMetrics(
            job: "shop", exit: .catalog, startedAt: Timestamp(seconds: 1), endedAt: Timestamp(seconds: 2),
            unsettledAfter: .seconds(1))
        #expect(metrics.text.contains("catalink_last_run_exit_status{job=\"shop\"} 65\n"))
        #expect(!metrics.text.contains("verdict"))
        #expect(!metrics.text.contains("success"))
    }
}
