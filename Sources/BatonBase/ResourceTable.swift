/// A table of noncopyable values by number, with a fixed room: arrays cannot hold them.
///
/// Memory is touched only as numbers are used for the first time. A value ends when it is removed,
/// or with the table.
@safe
public struct ResourceTable<Element: ~Copyable>: ~Copyable {
    /// How many values there is room for.
    public let capacity: Int
    /// The number of values in the table.
    public private(set) var count = 0

    @usableFromInline let base: UnsafeMutablePointer<Element>
    @usableFromInline var isTaken: [Bool] = []
    private var free: [Int32] = []

    /// An empty table with room for `capacity` values.
    public init(capacity: Int) {
        precondition(capacity >= 0, "a table's capacity is not negative")
        self.capacity = capacity
        unsafe base = .allocate(capacity: max(capacity, 1))
    }

    deinit {
        for index in isTaken.indices where isTaken[index] {
            unsafe (base + index).deinitialize(count: 1)
        }
        unsafe base.deallocate()
    }

    /// Whether no further value finds room.
    public var isFull: Bool { count == capacity }

    /// Puts `element` into the table, which must not be full, and gives its number.
    public mutating func insert(_ element: consuming Element) -> Int32 {
        precondition(!isFull, "the table is full")
        let number: Int32
        if let used = free.popLast() {
            number = used
            isTaken[Int(used)] = true
        } else {
            number = Int32(isTaken.count)
            isTaken.append(true)
        }
        unsafe (base + Int(number)).initialize(to: element)
        count += 1
        return number
    }

    /// Takes the value out of the table. Its number may be given to another one.
    @discardableResult
    public mutating func remove(_ number: Int32) -> Element {
        precondition(holds(number), "no such value")
        isTaken[Int(number)] = false
        free.append(number)
        count -= 1
        return unsafe (base + Int(number)).move()
    }

    /// Whether there is a value of this number.
    @inlinable public func holds(_ number: Int32) -> Bool {
        number >= 0 && Int(number) < isTaken.count && isTaken[Int(number)]
    }

    /// The value of this number.
    @inlinable public subscript(number: Int32) -> Element {
        unsafeAddress {
            precondition(holds(number), "no such value")
            return unsafe UnsafePointer(base + Int(number))
        }
        unsafeMutableAddress {
            precondition(holds(number), "no such value")
            return unsafe base + Int(number)
        }
    }
}
