extension RequestBuilder {
    /// A moment by ISO 8601, or a time from the run on: `+36h`, or `+14d` for the end of the fourteenth day after it.
    mutating func setExpiration(of request: inout LinkRequest, _ row: borrowing RowView) {
        guard let text = optional("expiration_date", mapping.expiration, row) else { return }
        if text.first == UInt8(ascii: "+") { return setRelative(text, &request) }
        guard let moment = TimeFormat.iso8601(text) else {
            return fail(
                "expiration_date", mapping.expiration,
                expected: "a date such as 2026-12-31T23:59:59Z, or a time from the run on such as +14d",
                got: text.text.quoted, hint: "other forms are read by the filter `date: 'dd.MM.yyyy'`")
        }
        if moment <= now {
            object(
                .pastExpiry, "expiration_date", mapping.expiration, expected: "a moment to come",
                got: text.text.quoted)
        }
        request.expiration = moment
    }

    private mutating func setRelative(_ text: [UInt8], _ request: inout LinkRequest) {
        let written = Array(text.dropFirst()).text
        guard let time = Duration(written: written), time > .zero, time <= .seconds(86_400 * 3_660) else {
            return fail(
                "expiration_date", mapping.expiration,
                expected: "a time from the run on such as +36h, +14d or +2w", got: text.text.quoted)
        }
        request.relativeExpiration = text
        if written.hasSuffix("d") || written.hasSuffix("w") {
            var day = CivilTime(now + time)
            (day.hour, day.minute, day.second) = (23, 59, 59)
            request.expiration = day.timestamp
        } else {
            request.expiration = CivilTime(now + time).timestamp
        }
    }
}
