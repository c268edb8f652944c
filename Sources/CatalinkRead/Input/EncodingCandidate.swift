import CatalinkCore

/// An encoding that a text may be in, and the letters that are frequent in texts that are.
struct EncodingCandidate {
    private let name: String
    private let frequent: Set<Unicode.Scalar>
    /// Letters of a script of which no few are frequent.
    private let script: ClosedRange<UInt32>

    private init(_ name: String, _ frequent: String, script: ClosedRange<UInt32> = 0...0) {
        self.name = name
        self.frequent = Set(frequent.unicodeScalars)
        self.script = script
    }

    /// The likeliest encoding of bytes that are no UTF-8; `nil` when none is likely, or none likelier than others.
    static func best(for sample: [UInt8], except name: String) -> String? {
        let isOfRuns = isOfRuns(sample)
        var single: (name: String, score: Double)?
        for candidate in isOfRuns ? scripts : latin where candidate.name != name {
            guard let score = candidate.score(of: sample), score >= leastScore else { continue }
            if score > single?.score ?? 0 { single = (candidate.name, score) }
        }
        guard let double = DoubleByteCandidate.best(for: sample, except: name, least: leastScore) else {
            return single?.name
        }
        // Letters between ASCII are never words of common characters, but runs of letters may be.
        if isOfRuns, let single, single.score > double.score - 0.25 {
            return single.score >= double.score + 0.5 ? single.name : nil
        }
        return double.name
    }

    /// The text in an encoding; `nil` when the bytes are none. A character that the end cuts does not count.
    static func text(of sample: [UInt8], as name: String) -> [UInt8]? {
        guard var decoder = TextEncoding(name: name)?.decoder() else { return nil }
        var text: [UInt8] = Array(repeating: 0, count: 4 * (sample.count + 1))
        let decoded = decoder.decode(sample.span, isLast: false, into: &text)
        return decoded.fault == nil ? Array(text[..<decoded.produced]) : nil
    }

    /// Letters of other scripts follow one another, those of Latin stand between ASCII.
    private static func isOfRuns(_ sample: [UInt8]) -> Bool {
        var (high, runs, isInRun) = (0, 0, false)
        for byte in sample {
            if byte >= 0x80 {
                high += 1
                if !isInRun { runs += 1 }
            }
            isInRun = byte >= 0x80
        }
        return high > 2 * runs
    }

    private static let leastScore = 1.5

    /// The mean over all characters beyond ASCII: 3 for a frequent one, 2 for one of the script, 1 for a letter.
    private func score(of sample: [UInt8]) -> Double? {
        guard let text = Self.text(of: sample, as: name)?.text else { return nil }
        var (sum, count) = (0, 0)
        for scalar in text.unicodeScalars where !scalar.isASCII {
            count += 1
            if frequent.contains(scalar) {
                sum += 3
            } else if script.contains(scalar.value) {
                sum += 2
            } else if scalar.properties.isAlphabetic {
                sum += 1
            }
        }
        return count > 0 ? Double(sum) / Double(count) : nil
    }

    // Where two fit as well, the first is suggested.
    private static let latin = [
        EncodingCandidate("windows-1252", "äöüßÄÖÜéèêëàâáãåæøçñíìîïóòôúùÉÈÀÁÅØÇÑ€–—‘’“”„•…°®©™½¼²×´£§"),
        EncodingCandidate("windows-1250", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻěščřžýáíéúůďťňŠČŘŽĽľôőűöüäÁÉâăîșțşţ€–’“”„…°®™"),
        EncodingCandidate("windows-1254", "ığşçöüİĞŞÇÖÜâ€–’“”…°®™"),
        EncodingCandidate("windows-1257", "ąčęėįšųūžāēģīķļņõäöüĄČĖŠŪŽ€–’“”„…°®™"),
        EncodingCandidate("iso-8859-2", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻěščřžýáíéúůďťňŠČŘŽľôőűöüä"),
        EncodingCandidate("cp850", "äöüßÄÖÜéèêëàâáãåæøçñíìîïóòôúùÉ"),
        EncodingCandidate("cp852", "ąćęłńóśźżěščřžýáíéúůďťňŠČŘŽľôőűöüä"),
        EncodingCandidate("macintosh", "äöüßÄÖÜéèêëàâáãåæøçñíìîïóòôúùÉ–—‘’“”„•…°®©™"),
    ]

    private static let cyrillic = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ"
    private static let capitals: ClosedRange<UInt32> = 0x0401...0x042F

    private static let scripts = [
        // Before the one that has letters at the same bytes, and at more.
        EncodingCandidate("windows-1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת"),
        EncodingCandidate("windows-1251", cyrillic, script: capitals),
        EncodingCandidate("koi8-r", cyrillic, script: capitals),
        EncodingCandidate("iso-8859-5", cyrillic, script: capitals),
        EncodingCandidate("cp866", cyrillic, script: capitals),
        EncodingCandidate("windows-1253", "αάβγδεέζηήθιίκλμνξοόπρσςτυύφχψωώ", script: 0x0386...0x03CE),
        EncodingCandidate("windows-1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآ"),
        EncodingCandidate("windows-874", "กขคงจชซญดตถทนบปผพมยรลวศสหออะัาำิีึืุูเแโใไ็่้์"),
    ]
}
