/// Hands out the numbers 0 ..< capacity: numbers that were used before and have rested long enough
/// first, new ones otherwise, so that tables indexed by them grow no larger than the peak use.
public struct SlotAllocator: Sendable {
    /// How many released numbers rest before the oldest of them is handed out again.
    public static let restingCount = 64

    /// How many numbers there are in all.
    public let capacity: Int
    /// How many numbers have ever been handed out.
    public private(set) var highWater = 0
    /// How many numbers are taken.
    public private(set) var takenCount = 0
    private var free: [Int32] = []
    private var head = 0
    private var isTaken: [Bool] = []

    /// An allocator of `capacity` numbers, all free.
    public init(capacity: Int) {
        self.capacity = capacity
    }

    /// A free number, or `nil` when all are taken.
    public mutating func take() -> Int? {
        let resting = free.count - head
        if resting <= Self.restingCount, highWater < capacity {
            highWater += 1
            takenCount += 1
            isTaken.append(true)
            return highWater - 1
        }
        guard resting > 0 else { return nil }
        let slot = Int(free[head])
        head += 1
        if head > 1_024, head * 2 > free.count {
            free.removeFirst(head)
            head = 0
        }
        takenCount += 1
        isTaken[slot] = true
        return slot
    }

    /// Gives `slot` back. It must be one that was taken.
    public mutating func release(_ slot: Int) {
        precondition(isTaken[slot], "slot \(slot) is not taken")
        isTaken[slot] = false
        takenCount -= 1
        free.append(Int32(slot))
    }
}
