/// Hands out the numbers 0 ..< capacity, the longest unused first, so that a number comes back as
/// late as possible after its release.
public struct SlotAllocator: Sendable {
    private var free: [Int32]
    private var head = 0
    private var freeCount: Int
    private var isTaken: [Bool]

    /// An allocator of `capacity` numbers, all free.
    public init(capacity: Int) {
        free = (0..<Int32(capacity)).map { $0 }
        freeCount = capacity
        isTaken = Array(repeating: false, count: capacity)
    }

    /// How many numbers there are in all.
    public var capacity: Int { free.count }

    /// How many numbers are taken.
    public var takenCount: Int { free.count - freeCount }

    /// The number that has been free longest, or `nil` when all are taken.
    public mutating func take() -> Int? {
        guard freeCount > 0 else { return nil }
        let slot = Int(free[head])
        head = (head + 1) % free.count
        freeCount -= 1
        isTaken[slot] = true
        return slot
    }

    /// Gives `slot` back. It must be one that was taken.
    public mutating func release(_ slot: Int) {
        precondition(isTaken[slot], "slot \(slot) is not taken")
        isTaken[slot] = false
        free[(head + freeCount) % free.count] = Int32(slot)
        freeCount += 1
    }
}
