/// Timers by number on a hierarchical wheel: arming, disarming and firing take constant time and
/// allocate nothing.
///
/// Each timer is one of the numbers 0 ..< capacity and has at most one deadline. The wheel counts
/// in ticks of `resolution`; a timer fires at the first ``expire(at:)`` whose time is at or past
/// its deadline rounded up to a tick. Six levels of 64 slots; deadlines more than 2³⁵ ticks off (a
/// year of milliseconds) wait in the last level and are placed anew when it turns.
public struct TimerWheel: Sendable {
    private static let slotBits = 6
    private static let slotsPerLevel = 1 << slotBits
    private static let levelCount = 6
    /// Deadlines farther off than this are placed here first: half a turn of the last level.
    private static let reachTicks: UInt64 = 1 << 35
    private static let none: Int32 = -1

    private struct Timer {
        var expiryTick: UInt64 = 0
        var previous: Int32 = TimerWheel.none
        var next: Int32 = TimerWheel.none
        /// The list that the timer is in: level × 64 + slot, or `none`.
        var list: Int32 = TimerWheel.none
    }

    private let origin: Instant
    private let nanosecondsPerTick: UInt64
    private var currentTick: UInt64 = 0
    private var timers: [Timer]
    private var heads: [Int32]
    private var occupied: [UInt64]
    /// The number of armed timers.
    public private(set) var armedCount = 0

    /// A wheel for timers 0 ..< `capacity` that starts at `start`.
    public init(capacity: Int, start: Instant, resolution: Duration = .milliseconds(1)) {
        origin = start
        nanosecondsPerTick = max(resolution.wholeNanoseconds, 1)
        timers = Array(repeating: Timer(), count: capacity)
        heads = Array(repeating: Self.none, count: Self.levelCount * Self.slotsPerLevel)
        occupied = Array(repeating: 0, count: Self.levelCount)
    }

    /// How many timers the wheel has room for.
    public var capacity: Int { timers.count }

    /// Whether `timer` has a deadline.
    public func isArmed(_ timer: Int) -> Bool { timers[timer].list != Self.none }

    /// Makes room for timers 0 ..< `capacity`; keeps what is armed.
    public mutating func grow(to capacity: Int) {
        guard capacity > timers.count else { return }
        timers += Array(repeating: Timer(), count: capacity - timers.count)
    }

    /// Gives `timer` the deadline `deadline`, in place of any that it had.
    public mutating func arm(_ timer: Int, at deadline: Instant) {
        disarm(timer)
        let elapsed = deadline.nanosecondsSince(origin)
        let (rounded, overflow) = elapsed.addingReportingOverflow(nanosecondsPerTick - 1)
        let tick = (overflow ? elapsed : rounded) / nanosecondsPerTick
        timers[timer].expiryTick = max(tick, currentTick)
        insert(timer)
        armedCount += 1
    }

    /// Takes away the deadline of `timer`, if it has one.
    public mutating func disarm(_ timer: Int) {
        guard isArmed(timer) else { return }
        remove(timer)
        armedCount -= 1
    }

    /// One timer that is due at `now`, disarmed; `nil` when no more are due.
    public mutating func expire(at now: Instant) -> Int? {
        let nowTick = now.nanosecondsSince(origin) / nanosecondsPerTick
        while let (level, slot, start) = nextOccupied(), start <= nowTick {
            currentTick = max(currentTick, start)
            let list = level << Self.slotBits | slot
            if level > 0 {
                redistribute(list)
                continue
            }
            let timer = Int(heads[list])
            remove(timer)
            armedCount -= 1
            return timer
        }
        currentTick = max(currentTick, nowTick)
        return nil
    }

    /// A time not later than the earliest deadline, `nil` when nothing is armed. Calling
    /// ``expire(at:)`` then either fires a timer or moves this time closer to the deadline.
    public func nextDeadline() -> Instant? {
        guard let (_, _, start) = nextOccupied() else { return nil }
        let (nanoseconds, overflow) = start.multipliedReportingOverflow(by: nanosecondsPerTick)
        return overflow
            ? Instant(nanoseconds: .max) : origin + .nanoseconds(Int64(clamping: nanoseconds))
    }

    /// The list that turns up first, and the tick at which it does.
    private func nextOccupied() -> (level: Int, slot: Int, start: UInt64)? {
        guard armedCount > 0 else { return nil }
        for level in 0..<Self.levelCount where occupied[level] != 0 {
            let shift = UInt64(level * Self.slotBits)
            let position = Int(currentTick >> shift) & (Self.slotsPerLevel - 1)
            let rotated =
                occupied[level] >> UInt64(position)
                | (position == 0 ? 0 : occupied[level] << UInt64(Self.slotsPerLevel - position))
            let distance = rotated.trailingZeroBitCount
            let start = ((currentTick >> shift) + UInt64(distance)) << shift
            return (level, (position + distance) & (Self.slotsPerLevel - 1), start)
        }
        return nil
    }

    /// Moves the timers of a list whose time has begun to finer levels, all at once: a list that
    /// has turned up holds nothing for later.
    private mutating func redistribute(_ list: Int) {
        var next = heads[list]
        while next != Self.none {
            let timer = Int(next)
            next = timers[timer].next
            remove(timer)
            insert(timer)
        }
    }

    /// Puts a timer into the list of the level at which its deadline first differs from now.
    private mutating func insert(_ timer: Int) {
        let expiry = min(timers[timer].expiryTick, currentTick &+ Self.reachTicks)
        let difference = (expiry ^ currentTick) | UInt64(Self.slotsPerLevel - 1)
        let level = min(
            (UInt64.bitWidth - 1 - difference.leadingZeroBitCount) / Self.slotBits,
            Self.levelCount - 1)
        let slot = Int(expiry >> UInt64(level * Self.slotBits)) & (Self.slotsPerLevel - 1)
        let list = level << Self.slotBits | slot
        let head = heads[list]
        timers[timer].list = Int32(list)
        timers[timer].previous = Self.none
        timers[timer].next = head
        if head != Self.none { timers[Int(head)].previous = Int32(timer) }
        heads[list] = Int32(timer)
        occupied[level] |= 1 << UInt64(slot)
    }

    private mutating func remove(_ timer: Int) {
        let entry = timers[timer]
        if entry.previous != Self.none {
            timers[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.list)] = entry.next
            if entry.next == Self.none {
                let slot = UInt64(entry.list) & UInt64(Self.slotsPerLevel - 1)
                occupied[Int(entry.list) >> Self.slotBits] &= ~(1 << slot)
            }
        }
        if entry.next != Self.none { timers[Int(entry.next)].previous = entry.previous }
        timers[timer].list = Self.none
    }
}
