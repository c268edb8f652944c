import CLibYAML
import CatalinkCore

/// libyaml's events, one at a time, each with the place where it begins.
final class YAMLEvents {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar, sequenceStart, sequenceEnd, mappingStart, mappingEnd
        case alias
    }

    private let name: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let source: any ByteSource
    private var hasEvent = false
    fileprivate var readFailure: CatalogError?

    init(_ source: any ByteSource, name: String) {
        self.source = source
        self.name = name
        parser = .allocate(capacity: 1)
        event = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event.initialize(to: yaml_event_t())
        precondition(yaml_parser_initialize(parser) == 1, "libyaml refused to start")
        yaml_parser_set_input(parser, onRead, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        if hasEvent { yaml_event_delete(event) }
        yaml_parser_delete(parser)
        parser.deallocate()
        event.deallocate()
    }

    /// Advances; what the event holds is valid until the next call.
    func next() throws(CatalogError) -> Kind {
        if hasEvent { yaml_event_delete(event) }
        hasEvent = false
        guard yaml_parser_parse(parser, event) == 1 else { throw readFailure ?? parseFailure() }
        hasEvent = true
        switch event.pointee.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SCALAR_EVENT: return .scalar
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .alias
        }
    }

    /// Where the event begins, both from 1.
    var position: TextPosition {
        TextPosition(line: event.pointee.start_mark.line + 1, column: event.pointee.start_mark.column + 1)
    }

    /// The text of a scalar.
    var scalar: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }

    /// Whether a scalar stands there without quotation marks and is no block.
    var isPlain: Bool { event.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE }

    func failure(_ expected: String, _ got: String, hint: String? = nil) -> CatalogError {
        CatalogError(
            at: "\(name):\(position.line):\(position.column)", expected: expected, got: got, hint: hint)
    }

    private func parseFailure() -> CatalogError {
        let mark = parser.pointee.problem_mark
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "an error"
        let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
        return CatalogError(
            at: "\(name):\(mark.line + 1):\(mark.column + 1)", expected: "YAML", got: "\(problem)\(context)")
    }

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        do throws(CatalogError) {
            return try source.read(into: buffer)
        } catch {
            readFailure = error
            return nil
        }
    }
}

private let onRead:
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<Int>?
    ) -> Int32 = { user, buffer, size, count in
        guard let user else { return 0 }
        let events = Unmanaged<YAMLEvents>.fromOpaque(user).takeUnretainedValue()
        guard let read = events.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size)) else {
            return 0
        }
        count?.pointee = read
        return 1
    }
