/// Counts of measured values in ranges, for Prometheus.
public struct Histogram: Hashable, Sendable {
    /// The upper ends of the ranges, ascending; a last range without end follows.
    public let bounds: [Double]
    /// How many values fell into each range; one more than ``bounds``.
    public private(set) var counts: [UInt64]
    /// The sum of all values.
    public private(set) var sum = 0.0

    /// An empty histogram with these upper ends; they are sorted, repeated ones dropped.
    public init(bounds: [Double]) {
        let sorted = Set(bounds.filter(\.isFinite)).sorted()
        self.bounds = sorted
        counts = Array(repeating: 0, count: sorted.count + 1)
    }

    /// How many values were recorded.
    public var count: UInt64 { counts.reduce(0, &+) }

    /// Adds a value; one that is not finite is ignored.
    public mutating func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[index] &+= 1
        sum += value
    }
}
