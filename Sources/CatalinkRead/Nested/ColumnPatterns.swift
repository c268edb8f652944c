import CatalinkCore

/// The columns that a job asks for, as a tree of names in which `*` stands for every child.
struct ColumnPatterns {
    /// A column that takes the text of a place.
    struct Use {
        let slot: Int
        /// Whether the column has a `*`, so that several texts may come together in it.
        let gathers: Bool
    }

    struct State {
        var names: [(name: [UInt8], state: Int)] = []
        var each: Int?
        var uses: [Use] = []
    }

    static let root = 0
    private(set) var states = [State()]
    /// Columns of the name under which the record stands.
    private(set) var keySlots: [Int] = []
    /// The largest number of a list's element that some column asks for.
    private(set) var largestNumber = 0

    /// - Parameter columns: paths of names parted by `/`, `.` for the record itself, `@key` for its name; a column's
    ///   index is its slot.
    init(columns: [String]) {
        for (slot, column) in columns.enumerated() {
            if column == "@key" {
                keySlots.append(slot)
                continue
            }
            let names = column == "." ? [] : column.split(separator: "/")
            let state = names.reduce(Self.root) { enter($1, from: $0) }
            states[state].uses.append(Use(slot: slot, gathers: names.contains("*")))
        }
    }

    private mutating func enter(_ name: Substring, from state: Int) -> Int {
        if name == "*" {
            if let next = states[state].each { return next }
            states[state].each = add()
            return states.count - 1
        }
        if let number = Int(name) { largestNumber = max(largestNumber, number) }
        let bytes = Array(name.utf8)
        if let next = states[state].names.first(where: { $0.name == bytes }) { return next.state }
        let next = add()
        states[state].names.append((bytes, next))
        return next
    }

    private mutating func add() -> Int {
        states.append(State())
        return states.count - 1
    }

    /// The states of a child of this name, one for each of `states` that has any.
    func step(_ states: ArraySlice<Int>, _ name: [UInt8]) -> [Int] {
        states.flatMap { state in
            self.states[state].names.filter { $0.name == name }.map(\.state) + stepToEach([state])
        }
    }

    /// The states of a child of any other name.
    func stepToEach(_ states: ArraySlice<Int>) -> [Int] {
        states.compactMap { self.states[$0].each }
    }

    func hasName(_ name: [UInt8], in states: ArraySlice<Int>) -> Bool {
        states.contains { self.states[$0].names.contains { $0.name == name } }
    }
}
