extension Pacer.Settlement {
    /// What a call's result says of the request that its token was granted for.
    package init(_ token: Pacer.Token, _ result: CallResult, receivedAt now: Moment) {
        guard case .answered(let answer) = result else {
            self.init(token, receivedAt: now, isAnswered: false)
            return
        }
        self.init(
            token, headers: answer.rate, serverDate: answer.serverDate, isThrottled: answer.status == 429,
            retryAfter: answer.retryAfter, receivedAt: now)
    }
}
