import CatalinkCore
@testable import CatalinkRead

/// Bytes from memory, at most so many at a time.
final class ChunkedSource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], size: Int) {
        rest = bytes[...]
        self.size = size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(size, buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

/// Everything a source gives, asked for in buffers of `bufferSize`.
func bytes(of source: any ByteSource, bufferSize: Int) throws(CatalogError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer: [UInt8] = Array(repeating: 0, count: bufferSize)
    while true {
        let count = try buffer.fill(from: source)
        if count == 0 { return bytes }
        bytes.append(contentsOf: buffer[..<count])
    }
}

/// The text of bytes as a reader gets it, or the message of why there is none.
func decoded(
    _ bytes: [UInt8], as encoding: String? = nil, isXML: Bool = false, chunk: Int = 4096,
    bufferSize: Int = 4096, limits: ReadLimits = ReadLimits()
) -> String {
    var settings = InputSettings()
    settings.encoding = encoding.flatMap { TextEncoding(name: $0) }
    settings.limits = limits
    do throws(CatalogError) {
        let source = try CatalogInput.text(
            of: ChunkedSource(bytes, size: chunk), name: "c", settings, isXML: isXML)
        return try CatalinkReadTests.bytes(of: source, bufferSize: bufferSize).text
    } catch {
        return error.message
    }
}
