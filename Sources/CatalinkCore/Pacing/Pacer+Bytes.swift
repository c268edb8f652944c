extension Pacer {
    private static let version: Int64 = 1

    /// The whole value in a few hundred bytes, as it is kept between turns.
    package var bytes: [UInt8] {
        var writer = WordWriter()
        writer.put(Self.version)
        writer.put(settings)
        writer.put(mayRaise)
        writer.put(claims) { writer, claim in
            writer.put(claim.limits) { $0.put($1) }
            writer.put(claim.raises)
            writer.put(claim.seenAt)
        }
        writer.put(books) { writer, book in
            writer.put(book.limit)
            writer.put(book.told.map(Int64.init))
            writer.put(book.isServers)
            writer.put(book.windows) { writer, window in
                writer.put([window.index, Int64(window.settled), Int64(window.foreign)])
                writer.put(window.marks) {
                    $0.put([Int64($1.remaining), Int64($1.foreign), $1.at.microseconds])
                }
            }
        }
        writer.put(clock.map { [$0] } ?? []) { $0.put($1) }
        writer.put(flights) { writer, flight in
            writer.put(flight.id)
            for moment in [flight.grantedAt, flight.earliest, flight.deadline] { writer.put(moment) }
        }
        writer.put(lastID)
        switch mode {
        case .open: writer.put(0)
        case .nextAlone: writer.put(-1)
        case .alone(let id): writer.put(id)
        }
        for moment in [lastUse, blockedUntil, throttledSince] { writer.put(moment?.microseconds) }
        return writer.bytes
    }

    /// `nil` for bytes that no pacer of this version has written.
    package init?(bytes: [UInt8]) {
        var reader = WordReader(bytes)
        do throws(WordReader.Failure) {
            guard try reader.word() == Self.version else { return nil }
            self.init(try reader.settings())
            mayRaise = try reader.flag()
            claims = try reader.list { reader throws(WordReader.Failure) in
                Claim(
                    limits: try reader.limits(), raises: try reader.flag(), seenAt: try reader.timestamp())
            }
            books = try reader.list { reader throws(WordReader.Failure) in try reader.book() }
            clock = try reader.list { reader throws(WordReader.Failure) in try reader.clock() }.first
            flights = try reader.list { reader throws(WordReader.Failure) in
                Flight(
                    id: try reader.word(), grantedAt: try reader.timestamp(),
                    earliest: try reader.timestamp(),
                    deadline: try reader.timestamp())
            }
            lastID = try reader.word()
            let id = try reader.word()
            mode = id == 0 ? .open : id < 0 ? .nextAlone : .alone(id)
            lastUse = try reader.optional().map(Timestamp.init(microseconds:))
            blockedUntil = try reader.optional().map(Timestamp.init(microseconds:))
            throttledSince = try reader.optional().map(Timestamp.init(microseconds:))
        } catch {
            return nil
        }
        guard reader.isAtEnd, !books.isEmpty else { return nil }
    }
}

extension Pacer: Codable {
    package init(from decoder: any Decoder) throws {
        let bytes = try decoder.singleValueContainer().decode([UInt8].self)
        guard let pacer = Pacer(bytes: bytes) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected a pacer of this version"))
        }
        self = pacer
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

extension WordWriter {
    fileprivate mutating func put(_ moment: Timestamp) {
        put(moment.microseconds)
    }

    fileprivate mutating func put(_ duration: Duration) {
        put(duration.inMicroseconds)
    }

    fileprivate mutating func put(_ limit: RateLimit) {
        put([Int64(limit.requests), limit.window.inMicroseconds, Int64(limit.reserve)])
    }

    fileprivate mutating func put(_ settings: Pacer.Settings) {
        put(settings.limits) { $0.put($1) }
        put(settings.raises)
        for duration in [settings.maxWait, settings.skew, settings.lifetime] { put(duration) }
    }

    fileprivate mutating func put(_ clock: ServerClock) {
        put([clock.low.offset, clock.low.at, clock.high.offset, clock.high.at, clock.slack])
        put(clock.isGuess)
        put(clock.doubt.map { [$0] } ?? []) { $0.put([$1.low, $1.high, $1.at]) }
    }
}

extension WordReader {
    fileprivate mutating func timestamp() throws(Failure) -> Timestamp {
        Timestamp(microseconds: try word())
    }

    fileprivate mutating func duration() throws(Failure) -> Duration {
        .microseconds(try word())
    }

    fileprivate mutating func limits() throws(Failure) -> [RateLimit] {
        try list { reader throws(Failure) in try reader.limit() }
    }

    private mutating func limit() throws(Failure) -> RateLimit {
        let limit = RateLimit(requests: try count(), window: try duration(), reserve: try count())
        guard limit.window > .zero else { throw Failure() }
        return limit
    }

    fileprivate mutating func settings() throws(Failure) -> Pacer.Settings {
        let limits = try limits()
        guard !limits.isEmpty else { throw Failure() }
        return Pacer.Settings(
            limits, raises: try flag(), maxWait: try duration(), skew: try duration(),
            lifetime: try duration())
    }

    fileprivate mutating func book() throws(Failure) -> WindowBook {
        var book = WindowBook(try limit())
        book.told = try optional().map { Int(truncatingIfNeeded: $0) }
        book.isServers = try flag()
        book.windows = try list { reader throws(Failure) in
            var window = WindowBook.Window(
                index: try reader.word(), settled: try reader.count(), foreign: try reader.count())
            window.marks = try reader.list { reader throws(Failure) in
                WindowBook.Mark(
                    remaining: try reader.count(), foreign: Int(try reader.word()), at: try reader.timestamp()
                )
            }
            return window
        }
        return book
    }

    fileprivate mutating func clock() throws(Failure) -> ServerClock {
        var clock = ServerClock(
            low: .init(offset: try word(), at: try word()), high: .init(offset: try word(), at: try word()))
        clock.slack = try word()
        clock.isGuess = try flag()
        clock.doubt = try list { reader throws(Failure) in
            ServerClock.Evidence(low: try reader.word(), high: try reader.word(), at: try reader.word())
        }.first
        return clock
    }
}
