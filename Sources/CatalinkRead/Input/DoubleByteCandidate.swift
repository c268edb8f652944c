import CatalinkCore

/// An encoding of East Asia, whose characters take two bytes; the second may be ASCII.
struct DoubleByteCandidate {
    private let name: String
    private let frequent: Set<Unicode.Scalar>
    /// First bytes of the characters that its country's standard puts first, as the common ones.
    private let common: ClosedRange<UInt8>
    private let leastSecond: UInt8

    private init(_ name: String, _ frequent: String, common: ClosedRange<UInt8>, leastSecond: UInt8 = 0xA1) {
        self.name = name
        self.frequent = Set(frequent.unicodeScalars)
        self.common = common
        self.leastSecond = leastSecond
    }

    /// The likeliest of those of which the bytes are words of common characters; the name is `nil` where two fit as
    /// well, and all is `nil` where none does.
    static func best(
        for sample: [UInt8], except name: String, least: Double
    ) -> (name: String?, score: Double)? {
        let fitting = all.filter { $0.name != name }
            .compactMap { candidate in candidate.score(of: sample).map { (candidate.name, $0) } }
            .filter { $0.1 >= least }
            .sorted { $0.1 > $1.1 }
        guard let first = fitting.first else { return nil }
        let isClear = fitting.count == 1 || first.1 - fitting[1].1 >= 0.25
        return (isClear ? first.0 : nil, first.1)
    }

    /// The mean over all characters beyond ASCII: 3 for a frequent one, 2 for a common one; `nil` when the bytes are
    /// none, or when the characters mostly stand alone.
    private func score(of sample: [UInt8]) -> Double? {
        guard let text = EncodingCandidate.text(of: sample, as: name)?.text else { return nil }
        var (sum, count, words) = (0, 0, 0)
        var index = 0
        var isInWord = false
        for scalar in text.unicodeScalars where index < sample.count {
            guard !scalar.isASCII else {
                index += 1
                isInWord = false
                continue
            }
            count += 1
            if !isInWord { words += 1 }
            isInWord = true
            if frequent.contains(scalar) {
                sum += 3
            } else if index + 1 < sample.count, common.contains(sample[index]),
                sample[index + 1] >= leastSecond
            {
                sum += 2
            }
            index += length(of: sample[index])
        }
        return count > 0 && count >= 2 * words ? Double(sum) / Double(count) : nil
    }

    /// How many bytes a character beyond ASCII has that begins with this one.
    private func length(of first: UInt8) -> Int {
        switch name {
        case "shift_jis" where (0xA1...0xDF).contains(first): 1
        case "euc-jp" where first == 0x8F: 3
        default: 2
        }
    }

    private static let kana = String(
        String.UnicodeScalarView((0x3041...0x30FC).compactMap { Unicode.Scalar($0 as UInt32) }))

    private static let all = [
        DoubleByteCandidate("gbk", "的一是不在有了大中人上个国和地出品价格商名色白黑红蓝装式公司用包电", common: 0xB0...0xD7),
        DoubleByteCandidate(
            "big5", "的一是不在有了大中人上個國和地出品價格商名色白黑紅藍裝式公司用包電", common: 0xA4...0xC6,
            leastSecond: 0x40),
        DoubleByteCandidate("shift_jis", kana, common: 0x88...0x97, leastSecond: 0x40),
        DoubleByteCandidate("euc-jp", kana, common: 0xB0...0xCF),
        DoubleByteCandidate("euc-kr", "이가다의는을로에고한하기스상품지사", common: 0xB0...0xC8),
    ]
}
