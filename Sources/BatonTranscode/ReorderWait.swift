internal import BatonBase

/// How long a missing packet is waited for: as long as the source's reordering calls for.
struct ReorderWait: Hashable, Sendable {
    /// The wait in force in nanoseconds; 0 means that a gap is given up when it is seen.
    private(set) var nanoseconds: UInt64
    private let maximum: UInt64
    /// Gaps in a row in which waiting was in vain.
    private var fruitless = 0

    /// What is left of the wait below this is not worth holding packets.
    private static let worthwhile: UInt64 = 2_000_000
    /// What is added to a wait that would have sufficed.
    private static let margin: UInt64 = 5_000_000

    /// A wait that begins at `start` and never exceeds `maximum`.
    init(start: Duration, maximum: Duration) {
        self.maximum = maximum.wholeNanoseconds
        nanoseconds = min(start.wholeNanoseconds, self.maximum)
    }

    /// A missing packet came `delay` nanoseconds after the one that overtook it, in time or late.
    mutating func cameAfter(_ delay: UInt64) {
        // What no wait can catch teaches nothing.
        guard delay <= maximum else { return }
        fruitless = 0
        nanoseconds = min(max(nanoseconds, delay &+ delay / 2 &+ Self.margin), maximum)
    }

    /// A missing packet was given up.
    mutating func gaveUp() {
        fruitless += 1
        guard fruitless >= 4, nanoseconds > 0 else { return }
        nanoseconds /= 2
        if nanoseconds < Self.worthwhile { nanoseconds = 0 }
    }
}
