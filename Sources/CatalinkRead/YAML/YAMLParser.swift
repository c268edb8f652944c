import CLibYAML
import CatalinkCore

/// libyaml's parser, filling blocks with its events.
final class YAMLParser: BlockProducer {
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: any ByteSource
    private let name: String
    /// Bytes that may be read for one event, as libyaml keeps all of a text until its end.
    private let mostBytes: Int
    private var bytes = 0
    private var readFailure: CatalogError?

    init(_ source: any ByteSource, name: String, limits: ReadLimits) {
        self.source = source
        self.name = name
        mostBytes = max(limits.recordSize, limits.fieldSize) + 64 * 1024
        parser = .allocate(capacity: 1)
        event = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event.initialize(to: yaml_event_t())
        precondition(yaml_parser_initialize(parser) == 1, "libyaml refused to start")
        yaml_parser_set_input(parser, onRead, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        yaml_event_delete(event)
        yaml_parser_delete(parser)
        parser.deallocate()
        event.deallocate()
    }

    func makeBlock() -> YAMLEventBlock { YAMLEventBlock() }

    func fill(_ block: YAMLEventBlock) -> Bool {
        block.clear(at: Int(event.pointee.end_mark.index))
        while !block.isFull {
            yaml_event_delete(event)
            guard yaml_parser_parse(parser, event) == 1 else {
                block.failure = readFailure ?? parseFailure()
                return false
            }
            bytes = 0
            block.append(event)
            if event.pointee.type == YAML_STREAM_END_EVENT { return false }
        }
        return true
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
            guard bytes <= mostBytes else {
                throw CatalogError(
                    at: "\(name):\(parser.pointee.mark.line + 1)",
                    expected: "a text, name or comment of at most \(mostBytes) bytes", got: "a longer one",
                    hint: ReadLimits.hint("field"))
            }
            let count = try source.read(into: buffer)
            bytes += count
            return count
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
        let parser = Unmanaged<YAMLParser>.fromOpaque(user).takeUnretainedValue()
        guard let read = parser.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size)) else {
            return 0
        }
        count?.pointee = read
        return 1
    }
