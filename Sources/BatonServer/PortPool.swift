import BatonBase

/// The pairs of one address's port range (N26): random choice, late reuse, constant time.
///
/// A pair is free, taken, or resting. A released pair rests for ``restTime``; when nothing else is
/// free, the one that has rested longest is taken before its time, but never before
/// ``leastRestTime``.
struct PortPool {
    /// Where the ports are bound.
    let address: IPAddress
    /// The range as configured.
    let range: ClosedRange<UInt16>
    /// How long a released pair rests.
    var restTime: Duration
    /// How long it rests at least.
    var leastRestTime: Duration
    /// How many pairs there are.
    let pairCount: Int
    /// How many pairs are taken.
    private(set) var takenCount = 0

    private let firstPort: UInt16
    private var free: [UInt16]
    private var resting: [Resting]
    private var restingHead = 0
    private var restingCount = 0
    /// How many ports of each pair are open.
    private var openPorts: [UInt8]

    private struct Resting {
        var pair: UInt16
        var since: Instant
    }

    /// All pairs of `range`, free.
    init(
        address: IPAddress, range: ClosedRange<UInt16>, restTime: Duration, leastRestTime: Duration
    ) {
        self.address = address
        self.range = range
        self.restTime = restTime
        self.leastRestTime = leastRestTime
        firstPort = range.lowerBound + (range.lowerBound & 1)
        let last = Int(range.upperBound)
        pairCount = max((last - Int(firstPort) + 1) / 2, 0)
        free = (0..<pairCount).map { UInt16($0) }
        resting = Array(
            repeating: Resting(pair: 0, since: Instant(nanoseconds: 0)), count: pairCount)
        openPorts = Array(repeating: 0, count: pairCount)
    }

    /// How many pairs rest.
    var restingPairs: Int { restingCount }

    /// The even port of `pair`.
    func evenPort(of pair: UInt16) -> UInt16 { firstPort + pair * 2 }

    /// A pair to try, now taken; `nil` when the range is exhausted.
    mutating func take(at now: Instant, using generator: inout SplitMix64) -> UInt16? {
        endRest(at: now)
        if free.isEmpty {
            guard restingCount > 0, now - resting[restingHead].since >= leastRestTime else {
                return nil
            }
            free.append(popResting())
        }
        let index = Int(generator.next() % UInt64(free.count))
        let pair = free[index]
        free[index] = free[free.count - 1]
        free.removeLast()
        takenCount += 1
        return pair
    }

    /// Both ports of a taken pair are open.
    mutating func opened(_ pair: UInt16) {
        openPorts[Int(pair)] = 2
    }

    /// One port of the pair is closed; the pair rests when both are.
    mutating func closedPort(of pair: UInt16, at now: Instant) {
        guard openPorts[Int(pair)] > 0 else { return }
        openPorts[Int(pair)] -= 1
        if openPorts[Int(pair)] == 0 { rest(pair, at: now) }
    }

    /// A taken pair could not be bound; it rests as if it had been used.
    mutating func rest(_ pair: UInt16, at now: Instant) {
        guard restingCount < pairCount else { return }
        resting[(restingHead + restingCount) % pairCount] = Resting(pair: pair, since: now)
        restingCount += 1
        takenCount -= 1
    }

    private mutating func endRest(at now: Instant) {
        // Two a call at most: each call takes one, so the queue still drains.
        for _ in 0..<2 where restingCount > 0 && now - resting[restingHead].since >= restTime {
            free.append(popResting())
        }
    }

    private mutating func popResting() -> UInt16 {
        let pair = resting[restingHead].pair
        restingHead = (restingHead + 1) % pairCount
        restingCount -= 1
        return pair
    }
}
