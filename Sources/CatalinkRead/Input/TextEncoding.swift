/// How text is written in bytes.
package struct TextEncoding: Sendable, Equatable {
    /// The name that messages and job files use, such as `windows-1252`.
    package let name: String
    let form: Form

    enum Form: Sendable, Equatable {
        case utf8
        /// Units of so many bytes; without an order, a byte order mark must tell it.
        case wide(Int, WideDecoder.Order?)
        case ascii
        /// By the C library's name.
        case table(String)
        case converter(String)
    }

    private init(_ name: String, _ form: Form) {
        self.name = name
        self.form = form
    }

    /// An encoding by any of its names; `nil` when it is not known. Case, hyphens and underscores do not count.
    package init?(name: String) {
        let sought = Self.squeezed(name)
        guard
            let found = Self.known.first(where: {
                Self.squeezed($0.encoding.name) == sought || $0.aliases.contains(sought)
            })
        else { return nil }
        self = found.encoding
    }

    /// Every name that messages use.
    package static var names: [String] { known.map(\.encoding.name) }

    static let utf8 = TextEncoding("utf-8", .utf8)

    static func wide(_ width: Int, _ order: WideDecoder.Order) -> TextEncoding {
        TextEncoding("utf-\(width * 8)\(order == .little ? "le" : "be")", .wide(width, order))
    }

    /// As a sentence has it: `UTF-8`, `windows-1252`.
    var shownName: String { name.hasPrefix("utf-") ? name.uppercased() : name }

    /// Bytes of the unit in which text is written.
    var width: Int {
        if case .wide(let width, _) = form { width } else { 1 }
    }

    private static func squeezed(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    private struct Known {
        let encoding: TextEncoding
        let aliases: [String]

        init(_ name: String, _ form: Form, _ aliases: [String] = []) {
            encoding = TextEncoding(name, form)
            self.aliases = aliases
        }
    }

    private static let known: [Known] = unicode + windows + iso + other + eastAsian

    private static let unicode = [
        Known("utf-8", .utf8, ["unicode11utf8"]),
        Known("utf-16", .wide(2, nil), ["ucs2", "iso10646ucs2", "unicode"]),
        Known("utf-16le", .wide(2, .little), ["ucs2le"]), Known("utf-16be", .wide(2, .big), ["ucs2be"]),
        Known("utf-32", .wide(4, nil), ["ucs4", "iso10646ucs4"]),
        Known("utf-32le", .wide(4, .little), ["ucs4le"]), Known("utf-32be", .wide(4, .big), ["ucs4be"]),
        Known("us-ascii", .ascii, ["ascii", "iso646us", "ansix341968"]),
    ]

    private static let windows =
        (1250...1258).map { page in
            Known("windows-\(page)", .table("CP\(page)"), ["cp\(page)", "win\(page)", "xcp\(page)"])
        } + [Known("windows-874", .table("CP874"), ["cp874", "win874"])]

    private static let iso = (1...16).filter { $0 != 12 }.map { part in
        let latin: [Int: Int] = [
            1: 1, 2: 2, 3: 3, 4: 4, 9: 5, 10: 6, 13: 7, 14: 8, 15: 9, 16: 10,
        ]
        let scripts = [5: "cyrillic", 6: "arabic", 7: "greek", 8: "hebrew", 11: "tis620"]
        return Known(
            "iso-8859-\(part)", .table("ISO-8859-\(part)"),
            ["8859\(part)"] + (latin[part].map { ["latin\($0)", "l\($0)"] } ?? [])
                + (scripts[part].map { [$0] } ?? []))
    }

    private static let other = [
        Known("koi8-r", .table("KOI8-R"), ["koi8"]), Known("koi8-u", .table("KOI8-U")),
        Known("cp437", .table("CP437"), ["ibm437", "437"]),
        Known("cp850", .table("CP850"), ["ibm850", "850"]),
        Known("cp852", .table("CP852"), ["ibm852", "852"]),
        Known("cp866", .table("CP866"), ["ibm866", "866"]),
        Known("macintosh", .table("MACINTOSH"), ["macroman", "xmacroman", "mac"]),
    ]

    // What carries these names has been written by Windows, whose forms hold the standards' as a part.
    private static let eastAsian = [
        Known("shift_jis", .converter("CP932"), ["sjis", "windows31j", "cp932", "mskanji", "xsjis"]),
        Known("euc-jp", .converter("EUC-JP"), ["xeucjp"]),
        Known("gbk", .converter("CP936"), ["gb2312", "cp936", "windows936", "euccn"]),
        Known("gb18030", .converter("GB18030")),
        Known("big5", .converter("CP950"), ["cp950", "windows950", "bigfive"]),
        Known("euc-kr", .converter("CP949"), ["cp949", "windows949", "uhc", "ksc56011987"]),
    ]
}

extension TextEncoding {
    /// `nil` when this system's C library has no table for it.
    func decoder() -> (any TextDecoder)? {
        switch form {
        case .utf8: UTF8Decoder()
        case .wide(let width, let order): WideDecoder(width: width, order: order ?? .big)
        case .ascii: TableDecoder(nil)
        case .table(let name): Converter(from: name).map { TableDecoder($0) }
        case .converter(let name): Converter(from: name).map { ConverterDecoder(converter: $0) }
        }
    }

    /// What usually is meant where an encoding of ISO has control characters.
    var windowsRelative: String? {
        let relatives = [
            "iso-8859-1": 1252, "iso-8859-2": 1250, "iso-8859-4": 1257, "iso-8859-5": 1251,
            "iso-8859-6": 1256,
            "iso-8859-7": 1253, "iso-8859-8": 1255, "iso-8859-9": 1254, "iso-8859-11": 874,
            "iso-8859-13": 1257,
            "iso-8859-15": 1252, "iso-8859-16": 1250,
        ]
        return relatives[name].map { "windows-\($0)" }
    }
}
