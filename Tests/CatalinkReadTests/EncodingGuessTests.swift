import CatalinkCore
import Testing

@testable import CatalinkRead

/// A wrong encoding is an error that suggests the right one.
struct EncodingGuessTests {
    /// Text in an encoding, as the C library writes it.
    static func written(_ text: String, in encoding: String) throws -> [UInt8] {
        let converter = try #require(Converter(from: "UTF-8", to: encoding))
        var bytes: [UInt8] = Array(repeating: 0, count: 4 * text.utf8.count + 16)
        let result = converter.convert(Array(text.utf8).span, into: &bytes)
        try #require(result.failure == nil)
        return Array(bytes[..<result.produced])
    }

    private static let texts: [(String, String, String)] = [
        ("CP1252", "windows-1252", "Größe;Preis\nKäse für 3 €;Öl\n"),
        ("CP1252", "windows-1252", "Crème brûlée à l’orange"),
        ("CP1250", "windows-1250", "Łyżka stołowa, żółta\nŚwieża bułka"),
        ("CP1250", "windows-1250", "Příliš žluťoučký kůň"),
        ("CP1254", "windows-1254", "Yeşil çay bardağı, ışıklı"),
        ("CP1257", "windows-1257", "Šviežia duona ąžuolų ėdė"),
        ("CP1251", "windows-1251", "Название;Цена\nЧайник электрический\n"),
        ("KOI8-R", "koi8-r", "Название\nЧайник электрический"),
        ("CP866", "cp866", "Название\nЧайник электрический"),
        ("CP1253", "windows-1253", "Τιμή προϊόντος, καφές"),
        ("CP1255", "windows-1255", "שולחן עבודה גדול"), ("CP1256", "windows-1256", "قميص قطن أزرق"),
        ("CP874", "windows-874", "เสื้อยืดสีขาว"), ("CP850", "cp850", "Größe;Müsli für Kätzchen"),
        ("CP932", "shift_jis", "商品の名前\nコーヒーカップ"), ("EUC-JP", "euc-jp", "商品の名前\nコーヒーカップ"),
        ("CP936", "gbk", "商品名称和价格\n白色的中国茶杯"), ("CP950", "big5", "商品名稱和價格\n白色的中國茶杯"),
        ("CP949", "euc-kr", "상품 이름과 가격\n하얀 커피 잔"),
    ]

    @Test(arguments: texts)
    func textThatIsNotUTF8IsToldWithWhatItMayBe(_ converter: String, _ name: String, _ text: String) throws {
        let bytes = try Array("id,x\n1,".utf8) + Self.written(text, in: converter)
        let told = decoded(bytes)
        #expect(told.hasPrefix("c:"))
        #expect(told.hasSuffix(" (it may be \(name): say `encoding: \(name)`)"), "\(told)")
        #expect(decoded(bytes, as: name) == "id,x\n1," + text)
    }

    @Test func whatIsFarBehindTheFirstLinesIsLookedAt() throws {
        let plain = Array(String(repeating: "id,name,plain\n", count: 20_000).utf8)
        let told = decoded(try plain + Self.written("Название товара", in: "CP1251"))
        let message = """
            c:20001:1: expected UTF-8 text, got: the byte 0xCD \
            (it may be windows-1251: say `encoding: windows-1251`)
            """
        #expect(told == message)
    }

    @Test func aSpoiltCharacterIsNoOtherEncoding() {
        let bytes = Array("Käse, Öl, für, größer".utf8) + [0xC3, 0x2C, 0x0A]
        let told = decoded(bytes)
        let message = """
            c:1:22: expected UTF-8 text, got: the byte 0xC3 \
            (the text around is UTF-8: the export has cut or spoilt a character here)
            """
        #expect(told == message)
    }

    @Test(arguments: ["windows-1252", "windows-1251", "cp850", "koi8-r"])
    func textThatIsUTF8AfterAllIsToldAtItsEnd(_ name: String) {
        let bytes = Array("id,name\n1,Käse\n2,Öl\n".utf8)
        let told = decoded(bytes, as: name, chunk: 1)
        let message = "c:2:4: expected \(name) text, got: UTF-8 (the text is UTF-8: leave `encoding:` out)"
        #expect(told == message)
    }

    @Test func textThatIsUTF8AfterAllMayHaveBytesThatAreNone() {
        let told = decoded(Array("1,Käse\n2,Öl\n".utf8), as: "iso-8859-15")
        let message = """
            c:2:4: expected iso-8859-15 text, got: the byte 0x96, a control character \
            (the text is UTF-8: leave `encoding:` out)
            """
        #expect(told == message)
    }

    @Test func textOfEastAsiaThatIsUTF8AfterAllIsTold() {
        let told = decoded(Array("名稱,價格".utf8), as: "gb18030")
        #expect(told.hasSuffix("(the text is UTF-8: leave `encoding:` out)"), "\(told)")
    }

    @Test(arguments: ["1,NESCAFÉ®", "1,PÄ®", "1,É»"])
    func oneSequenceMayBeChance(_ text: String) throws {
        #expect(decoded(try Self.written(text, in: "CP1252"), as: "windows-1252") == text)
    }

    @Test(
        arguments: ["windows-1252", "windows-1250", "iso-8859-15", "cp850"], ["1,Öl", "1,5 €", "a – b", "é"])
    func oneFamiliarLetterIsEnough(_ name: String, _ text: String) {
        let told = decoded(Array(text.utf8), as: name, chunk: 1)
        #expect(told.hasSuffix("(the text is UTF-8: leave `encoding:` out)"), "\(told)")
    }

    /// Two or three characters of Japanese are letters of Latin just as well.
    @Test(arguments: [
        "品番,品名,単価", "1,日本語\n2,価格表示", "1,東京", "カップ", "紅茶", "備前焼 花瓶", "1,和風 湯呑 セット (青),100", "ｺｰﾋｰｶｯﾌﾟ,100",
    ])
    func shortJapaneseIsNotTakenForAnother(_ text: String) throws {
        let told = decoded(try Self.written(text, in: "CP932"))
        let isNamed = told.hasSuffix("(it may be shift_jis: say `encoding: shift_jis`)")
        let isLeftOpen = told.hasSuffix("(save the export as UTF-8, or say its `encoding:`)")
        #expect(isNamed || isLeftOpen, "\(told)")
    }

    @Test func oneByteThatIsNoUTF8IsProof() {
        let bytes: [UInt8] = [0xC3, 0xA4, 0xC3, 0xA4, 0xC3, 0xA4, 0x2C, 0xE4]
        #expect(decoded(bytes, as: "windows-1252", chunk: 1) == "Ã¤Ã¤Ã¤,ä")
        #expect(decoded(Array(bytes.prefix(7)) + [0xC3], as: "windows-1252") == "Ã¤Ã¤Ã¤,Ã")
    }

    @Test(arguments: ["Größe;1\n", "id,name\n1,Чайник\n", "名前\n日本語のテキスト\n1\n", "a"])
    func textInWiderUnitsIsToldWithItsName(_ text: String) throws {
        for (converter, name) in [("UTF-16LE", "utf-16le"), ("UTF-16BE", "utf-16be")] {
            let bytes = try Self.written(text, in: converter)
            for given in [nil, "windows-1252"] {
                let message = """
                    c:1:1: expected \(given ?? "UTF-8") text, got: a NUL beside every character \
                    (it may be \(name): say `encoding: \(name)`)
                    """
                #expect(decoded(bytes, as: given) == message)
            }
            let unmarked =
                "c:1:1: expected UTF-16 text, got: no byte order mark (it may be \(name): say `encoding: \(name)`)"
            #expect(decoded(bytes, as: "utf-16") == unmarked)
            #expect(decoded(bytes, as: name) == text)
            let other = name == "utf-16le" ? "utf-16be" : "utf-16le"
            #expect(decoded(bytes, as: other).hasSuffix("(it may be \(name): say `encoding: \(name)`)"))
        }
        for (converter, name) in [("UTF-32LE", "utf-32le"), ("UTF-32BE", "utf-32be")] {
            let told = decoded(try Self.written(text, in: converter))
            #expect(told.hasSuffix("(it may be \(name): say `encoding: \(name)`)"), "\(told)")
        }
    }

    @Test func textOfBytesIsNoUTF16() {
        let message = """
            c:1:1: expected UTF-16LE text, got: text in units of one byte \
            (leave `encoding:` out, or name another)
            """
        #expect(decoded(Array("id,name\n1,2\n".utf8), as: "utf-16le") == message)
    }

    @Test func aByteAtTheEndIsNoSignOfUTF8() {
        let told = decoded(Array("name\nGr".utf8) + [0xFC])
        let message = """
            c:2:3: expected UTF-8 text, got: the byte 0xFC \
            (it may be windows-1252: say `encoding: windows-1252`)
            """
        #expect(told == message)
    }

    @Test func whatIsWrongInUTF16IsNoSignOfAnother() {
        let told = decoded([0xFF, 0xFE, 0xE4, 0, 0xFC, 0, 0x3D, 0xD8, 0x0A, 0])
        #expect(
            told.hasSuffix("the first half of a pair (save the export as UTF-8, or say its `encoding:`)"),
            "\(told)")
    }

    @Test(arguments: [Array("job: K".utf8) + [0xE4, 0x73], [0x6A, 0, 0x6F, 0, 0x62, 0, 0x3A, 0]])
    func aJobFileIsToBeSavedAsUTF8(_ bytes: [UInt8]) throws {
        let told = try withFile(bytes) { path -> String? in
            do throws(CatalogError) {
                _ = try YAMLNode.load(path: path, name: "job.yaml")
                return nil
            } catch {
                return error.message
            }
        }
        #expect(told?.hasSuffix(" (save it as UTF-8)") == true, "\(told ?? "")")
    }

    /// What is said of a file with one more byte than ASCII.
    @Test func aByteThatIsNoLetterAnywhereIsNotGuessedAt() {
        #expect(decoded([0x61, 0xFF]).hasSuffix("(save the export as UTF-8, or say its `encoding:`)"))
    }
}
