import CatalinkCore
import CatalinkRead
import Foundation

/// The part of a job file that says who is told of its runs.
extension JobFile {
    static let metricsNames = ["file"]

    static func monitoring(_ section: Section, _ job: inout Job) {
        if let age = section.duration("unsettledAfter") { job.unsettledAfter = age }
        guard let metrics = section.section("metrics", known: metricsNames),
            metrics.required("file") != nil, let file = metrics.text("file")
        else { return }
        job.metrics = resolved(file.text, besideJob: job.file)
    }
}
