/// A growing row of plain values behind a pointer of its own.
///
/// An array in a structure that callbacks reach through a pointer is checked for being shared at each change, which
/// costs as much as the change; this one cannot be shared.
struct XMLTable<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 16) {
        // Nothing is ever deinitialised here.
        precondition(_isPOD(Element.self))
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    deinit {
        base.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(index >= 0 && index < count)
            return base[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < count)
            yield &base[index]
        }
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: count + 1) }
        (base + count).initialize(to: element)
        count += 1
    }

    @inline(__always)
    mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
        guard let start = elements.baseAddress else { return }
        if count + elements.count > capacity { grow(to: count + elements.count) }
        (base + count).initialize(from: start, count: elements.count)
        count += elements.count
    }

    @inline(__always)
    mutating func removeLast() -> Element {
        precondition(count > 0)
        count -= 1
        return (base + count).move()
    }

    mutating func removeAll() {
        count = 0
    }

    /// Gives back its room where that is for more than so many elements.
    mutating func removeAll(keepingAtMost most: Int) {
        count = 0
        guard capacity > most else { return }
        base.deallocate()
        capacity = most
        base = .allocate(capacity: capacity)
    }

    /// Where the elements lie until the next change.
    var start: UnsafePointer<Element> { @inline(__always) get { UnsafePointer(base) } }

    /// The elements from `start` on.
    @inline(__always)
    func withElements<Result>(from start: Int = 0, _ body: (UnsafeBufferPointer<Element>) -> Result) -> Result
    {
        precondition(start >= 0 && start <= count)
        return body(UnsafeBufferPointer(start: base + start, count: count - start))
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        moved.moveInitialize(from: base, count: count)
        base.deallocate()
        (base, capacity) = (moved, larger)
    }
}
