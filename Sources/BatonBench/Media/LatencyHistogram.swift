/// Counts of durations in log-linear classes: below 128 ns each nanosecond has its own, above that
/// each power of two is cut into 128, so that a percentile is at most 0.8 % off.
///
/// All memory (34 KiB) is taken at the start; recording allocates nothing. Durations beyond 18
/// minutes count as 18 minutes.
public struct LatencyHistogram: Sendable, Equatable {
    private static let linearBits = 7
    private static let linearCount = 1 << linearBits
    private static let valueBits = 40
    /// The longest duration that is told apart from longer ones, in nanoseconds.
    public static let greatestNanoseconds: UInt64 = 1 << UInt64(valueBits) - 1

    private var counts: [UInt64]
    /// How many durations were recorded.
    public private(set) var count: UInt64 = 0
    /// The longest duration that was recorded, in nanoseconds; 0 when there is none.
    public private(set) var maximum: UInt64 = 0
    /// The shortest duration that was recorded, in nanoseconds; 0 when there is none.
    public var minimum: UInt64 { count == 0 ? 0 : least }
    private var least: UInt64 = .max
    private var sum: UInt64 = 0

    /// An empty histogram.
    public init() {
        let classes = (Self.valueBits - Self.linearBits + 1) << Self.linearBits
        counts = Array(repeating: 0, count: classes)
    }

    /// The mean of all durations in nanoseconds, 0 when there is none.
    public var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    /// Counts one duration.
    public mutating func record(nanoseconds: UInt64) {
        let value = min(nanoseconds, Self.greatestNanoseconds)
        counts[Self.classIndex(of: value)] &+= 1
        count &+= 1
        sum &+= value
        maximum = max(maximum, value)
        least = min(least, value)
    }

    /// Adds what another histogram has counted.
    public mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        count &+= other.count
        sum &+= other.sum
        maximum = max(maximum, other.maximum)
        least = min(least, other.least)
    }

    /// Forgets everything, keeps the memory.
    public mutating func reset() {
        for index in counts.indices { counts[index] = 0 }
        count = 0
        sum = 0
        maximum = 0
        least = .max
    }

    /// The duration that `fraction` (0 … 1) of all durations do not exceed, in nanoseconds: the
    /// upper end of its class, and never more than the longest one recorded. 0 when there is none.
    public func percentile(_ fraction: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let clamped = min(max(fraction, 0), 1)
        let rank = max(1, UInt64((Double(count) * clamped).rounded(.up)))
        var seen: UInt64 = 0
        for index in counts.indices {
            seen &+= counts[index]
            if seen >= rank { return min(Self.upperEnd(of: index), maximum) }
        }
        return maximum
    }

    /// How many durations lie in classes wholly above `nanoseconds`.
    public func count(above nanoseconds: UInt64) -> UInt64 {
        let first = Self.classIndex(of: min(nanoseconds, Self.greatestNanoseconds)) + 1
        return counts[first...].reduce(0, &+)
    }

    /// The number of the class that holds `value`.
    static func classIndex(of value: UInt64) -> Int {
        guard value >= UInt64(linearCount) else { return Int(value) }
        let shift = UInt64.bitWidth - 1 - value.leadingZeroBitCount - linearBits
        return shift << linearBits + Int(value >> UInt64(shift))
    }

    /// The greatest value of a class.
    static func upperEnd(of index: Int) -> UInt64 {
        guard index >= 2 * linearCount else { return UInt64(index) }
        let shift = UInt64(index >> linearBits - 1)
        let start = UInt64(index & (linearCount - 1) | linearCount)
        return (start + 1) << shift - 1
    }
}
