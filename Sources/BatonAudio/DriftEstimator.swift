public import BatonBase

/// How fast a sender's media clock runs by ours, from when its packets come.
///
/// A network can delay packets but never hurry them, so the quickest packet of each second shows
/// the clocks best. The drift is the slope of a straight line through the last minute of such
/// packets, drawn twice: the second time without those that lie far above the first line. Used by
/// one thread at a time; 1.6 kB.
public struct DriftEstimator: Sendable {
    /// Samples a second that the payload type promises.
    public let clockRateHz: Int

    /// The quickest packet of a second.
    private struct Point: Sendable {
        /// Seconds since the first packet, by our clock.
        var seconds = 0.0
        /// How much later it came than its timestamp says, in seconds; the origin does not matter.
        var delay = 0.0
    }

    private static let pointCount = 64
    /// How many seconds must have passed before there is an estimate.
    private static let leastPoints = 10
    /// A packet this much earlier or later than its timestamp says begins a new line: the sender
    /// has restarted, or switched its source.
    private static let greatestJump = 2.0

    private var points = InlineArray<64, Point>(repeating: Point())
    /// How many points there ever were.
    private var count = 0
    private var quickest: Point?
    private var first: Instant?
    private var lastTimestamp: UInt32 = 0
    /// Ticks since the first packet.
    private var ticks: Int64 = 0
    private var lastDelay = 0.0

    /// An estimator for timestamps at `clockRateHz`.
    public init(clockRateHz: Int) {
        self.clockRateHz = max(1, clockRateHz)
    }

    /// Takes in that a packet with RTP `timestamp` came at `now`.
    public mutating func add(timestamp: UInt32, at now: Instant) {
        guard let first else {
            restart(timestamp, at: now)
            return
        }
        let difference = Int64(Int32(bitPattern: timestamp &- lastTimestamp))
        let seconds = Double(now.nanosecondsSince(first)) / 1e9
        let delay = seconds - Double(ticks &+ difference) / Double(clockRateHz)
        guard (delay - lastDelay).magnitude < Self.greatestJump else {
            restart(timestamp, at: now)
            return
        }
        // An older packet may be the quickest as well, but time goes on with the newest.
        if difference > 0 {
            ticks &+= difference
            lastTimestamp = timestamp
        }
        lastDelay = delay
        take(Point(seconds: seconds, delay: delay))
    }

    /// By how many parts in a million the sender's clock is faster than ours; nil until there have
    /// been ten seconds of packets. Clamped to ±5,000.
    public var partsPerMillion: Double? {
        let used = min(count, Self.pointCount)
        guard used >= Self.leastPoints else { return nil }
        let all = line(used) { _ in true }
        var above = 0.0
        for index in 0..<used { above += abs(all.height(of: points[index])) }
        let limit = 2 * above / Double(used)
        let slope = line(used) { all.height(of: $0) <= limit }.slope
        // A fast clock's packets come ever earlier than their timestamps say.
        return min(max(-slope * 1e6, -5_000), 5_000)
    }

    /// How many seconds of ours one second of the sender's lasts, as a ratio for
    /// `ElasticResampler`: below 1 when its clock is fast. 1 until there is an estimate.
    public var ratio: Double {
        1 / (1 + (partsPerMillion ?? 0) / 1e6)
    }

    private mutating func restart(_ timestamp: UInt32, at now: Instant) {
        first = now
        lastTimestamp = timestamp
        (ticks, lastDelay) = (0, 0)
        count = 0
        quickest = Point()
    }

    /// Keeps the quickest packet of each second.
    private mutating func take(_ point: Point) {
        guard let best = quickest, Int(best.seconds) == Int(point.seconds) else {
            if let quickest {
                points[count % Self.pointCount] = quickest
                count += 1
            }
            quickest = point
            return
        }
        if point.delay < best.delay { quickest = point }
    }

    /// A straight line through points.
    private struct Line {
        var slope: Double
        var middle: Point

        /// How far `point` lies above it.
        func height(of point: Point) -> Double {
            point.delay - middle.delay - slope * (point.seconds - middle.seconds)
        }
    }

    /// The line of least squares through those of the first `used` points that count.
    private func line(_ used: Int, where counts: (Point) -> Bool) -> Line {
        var (number, middle) = (0.0, Point())
        for index in 0..<used where counts(points[index]) {
            number += 1
            middle.seconds += points[index].seconds
            middle.delay += points[index].delay
        }
        middle.seconds /= max(1, number)
        middle.delay /= max(1, number)
        var (products, squares) = (0.0, 0.0)
        for index in 0..<used where counts(points[index]) {
            let distance = points[index].seconds - middle.seconds
            products += distance * (points[index].delay - middle.delay)
            squares += distance * distance
        }
        return Line(slope: squares > 0 ? products / squares : 0, middle: middle)
    }
}
