extension Timestamp {
    private static let months: [[UInt8]] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    /// Reads an IMF-fixdate of RFC 9110, `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` for anything else.
    package init?(httpDate text: [UInt8]) {
        guard text.count == 29, text[3] == UInt8(ascii: ","), text[26...].elementsEqual("GMT".utf8),
            let month = Self.months.firstIndex(of: Array(text[8..<11])),
            let day = Int(digits: text[5..<7]), let year = Int(digits: text[12..<16]),
            let hour = Int(digits: text[17..<19]), let minute = Int(digits: text[20..<22]),
            let second = Int(digits: text[23..<25])
        else { return nil }
        var civil = CivilTime()
        (civil.year, civil.month, civil.day) = (year, month + 1, day)
        (civil.hour, civil.minute, civil.second) = (hour, minute, second)
        guard civil.isValid else { return nil }
        self = civil.timestamp
    }
}

extension Int {
    /// Digits and nothing else, at most fifteen.
    init?(digits: some Collection<UInt8>) {
        guard (1...15).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        self = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
