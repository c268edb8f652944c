import CatalinkCore
import HTTPTypes

extension SandboxFault {
    /// What is answered instead of doing anything; `nil` for a fault that does it, or that ends otherwise.
    var answerInstead: SandboxAnswer? {
        switch self {
        case .firewall: .page(403, "Request blocked", "The request was blocked by a security policy.")
        case .html: .page(200, "Please sign in", "This network asks you to accept its terms of use.")
        case .redirect: .elsewhere
        case .unavailable: .unavailable
        case .revoked: .error(401, "Client key has been revoked", "Unauthorized")
        default: nil
        }
    }
}

extension SandboxAnswer {
    static let unavailable = SandboxAnswer.error(503, "Service Unavailable", nil)

    /// Of something between the client and the API, which knows neither its envelope nor its headers.
    fileprivate static func page(_ status: Int, _ title: String, _ text: String) -> SandboxAnswer {
        var answer = SandboxAnswer(
            status: status,
            bytes: Array(
                "<!DOCTYPE html>\n<html><head><title>\(title)</title></head><body><p>\(text)</p></body></html>\n"
                    .utf8))
        answer.type = "text/html; charset=utf-8"
        answer.isOfTheAPI = false
        return answer
    }

    /// To where nobody listens.
    fileprivate static var elsewhere: SandboxAnswer {
        var answer = page(307, "Temporary Redirect", "The document has moved.")
        answer.headers = [(.location, "http://127.0.0.1:9/elsewhere")]
        return answer
    }

    /// The same answer with another amount, where it is about a link.
    var withOtherAmount: SandboxAnswer {
        guard let link = try? JSONValue(parsing: body), let amount = link["amount"] else { return self }
        let other = JSONValue.number(amount == .number("1.23") ? "4.56" : "1.23")
        guard case .object(let members) = link else { return self }
        var answer = self
        let changed = members.map { (name: $0.name, value: $0.name == "amount" ? other : $0.value) }
        answer.body = JSONValue.object(changed).bytes
        return answer
    }
}
