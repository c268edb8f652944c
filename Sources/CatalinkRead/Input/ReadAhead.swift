import Glibc

/// What fills blocks with what it finds in a catalog.
///
/// Blocks are prepared on the thread of who takes them and filled on another; both in order, each on one thread at a
/// time.
protocol BlockProducer: AnyObject {
    associatedtype Block

    func makeBlock() -> Block
    /// Gives a block that is new or used up what it will be filled from; also behind the end.
    func prepare(_ block: Block)
    /// - Returns: whether more follow.
    func fill(_ block: Block) -> Bool
}

extension BlockProducer {
    func prepare(_ block: Block) {}
}

/// Blocks of a producer, in order, filled a few ahead on a thread of their own.
///
/// What fits one block needs no thread. What is never asked for is filled in vain, a few blocks at most; with this, its
/// thread ends too.
final class ReadAhead<Producer: BlockProducer> {
    private let producer: Producer
    private var block: Producer.Block
    /// Whether the next call gives another block.
    private(set) var hasMore = true
    private var exchange: BlockExchange<Producer.Block>?
    private var thread = pthread_t()

    private static var ahead: Int { 4 }

    init(_ producer: Producer) {
        self.producer = producer
        block = producer.makeBlock()
    }

    deinit {
        guard let exchange else { return }
        exchange.close()
        pthread_join(thread, nil)
    }

    /// The block that comes next, or the last once more; what the call before gave is gone with it.
    func next() -> Producer.Block {
        guard hasMore else { return block }
        producer.prepare(block)
        if let exchange {
            (block, hasMore) = exchange.next(for: block)
        } else {
            hasMore = producer.fill(block)
            if hasMore { begin() }
        }
        return block
    }

    private func begin() {
        let blocks = (0..<Self.ahead).map { _ in producer.makeBlock() }
        for block in blocks { producer.prepare(block) }
        let exchange = BlockExchange(blocks)
        let work = Work { [producer] in
            while let block = exchange.takeEmpty(), exchange.putFull(block, hasMore: producer.fill(block)) {}
        }
        let status = pthread_create(&thread, nil, { Work.run($0) }, Unmanaged.passRetained(work).toOpaque())
        guard status == 0 else {
            // Slower, but as good.
            Unmanaged.passUnretained(work).release()
            return
        }
        self.exchange = exchange
    }
}

/// What a thread is begun with.
private final class Work {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) {
        self.body = body
    }

    static func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
        return nil
    }
}

/// Blocks on their way between two threads.
private final class BlockExchange<Block> {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var empty: [Block]
    private var full: [(block: Block, hasMore: Bool)] = []
    private var isClosed = false
    /// Who waits for blocks is woken for so many at once, as it costs the one who wakes.
    private static var worthWaking: Int { 2 }

    init(_ empty: [Block]) {
        self.empty = empty
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Waits for one; `nil` once nobody wants any more.
    func takeEmpty() -> Block? {
        locked {
            while empty.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
            return isClosed ? nil : empty.removeFirst()
        }
    }

    /// - Returns: `hasMore`.
    func putFull(_ block: Block, hasMore: Bool) -> Bool {
        locked {
            full.append((block, hasMore))
            if full.count >= Self.worthWaking || !hasMore { pthread_cond_signal(changed) }
            return hasMore
        }
    }

    /// Waits for a full one in exchange for one that is used up.
    func next(for used: Block) -> (block: Block, hasMore: Bool) {
        locked {
            empty.append(used)
            pthread_cond_signal(changed)
            while full.isEmpty { pthread_cond_wait(changed, mutex) }
            return full.removeFirst()
        }
    }

    func close() {
        locked {
            isClosed = true
            pthread_cond_signal(changed)
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
