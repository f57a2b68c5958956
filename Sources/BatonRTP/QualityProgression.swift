import BatonBase

/// How the quality of a stream went over its life, in bounded memory.
///
/// Average, lowest and highest are over all samples. ``entries`` are means of so many samples each
/// that their number stays below ``maximumEntries``: when it is reached, each two become one and
/// ``interval`` doubles.
public struct QualityProgression: Hashable, Sendable {
    /// The number of entries that is not reached.
    public let maximumEntries: Int
    /// The time that one entry stands for.
    public private(set) var interval: Duration
    /// Means of finished intervals, the oldest first.
    public var entries: [QualitySample] { packed.map(\.sample) }
    /// The number of samples taken.
    public private(set) var sampleCount: UInt64 = 0
    /// The mean of all samples, stamped with the last one's time; `nil` before the first.
    public private(set) var average: QualitySample?
    /// The sample with the lowest score, the first of equals.
    public private(set) var lowest: QualitySample?
    /// The sample with the highest score, the first of equals.
    public private(set) var highest: QualitySample?

    /// The entries as they are kept: room for all of them is taken with the first, once.
    private var packed: [PackedSample] = []
    private var total = Sum()
    private var unfinished = Sum()
    private var samplesPerEntry: UInt64 = 1

    /// An empty series of samples that will be taken every `sampleInterval`.
    public init(sampleInterval: Duration = .seconds(5), maximumEntries: Int = 24) {
        self.maximumEntries = max(maximumEntries, 2)
        interval = sampleInterval
    }

    /// Takes one sample in.
    public mutating func append(_ sample: QualitySample) {
        sampleCount &+= 1
        total.add(sample)
        average = total.mean(at: sample.time)
        let score = sample.meanOpinionScoreTimesTen
        if score < lowest?.meanOpinionScoreTimesTen ?? .max { lowest = sample }
        if score > highest?.meanOpinionScoreTimesTen ?? .min { highest = sample }
        unfinished.add(sample)
        guard unfinished.count >= samplesPerEntry else { return }
        if packed.isEmpty { packed.reserveCapacity(maximumEntries) }
        if let entry = unfinished.mean(at: sample.time) { packed.append(PackedSample(entry)) }
        unfinished = Sum()
        if packed.count >= maximumEntries { halve() }
    }

    /// Makes one entry of each two; an odd last one begins the next entry.
    private mutating func halve() {
        let pairs = packed.count / 2
        for index in 0..<pairs {
            var pair = Sum()
            pair.add(packed[2 * index].sample)
            pair.add(packed[2 * index + 1].sample)
            let time = packed[2 * index + 1].time
            if let entry = pair.mean(at: time) { packed[index] = PackedSample(entry) }
        }
        if packed.count > 2 * pairs, let odd = packed.last {
            unfinished.add(odd.sample, weight: samplesPerEntry)
        }
        packed.removeLast(packed.count - pairs)
        samplesPerEntry &*= 2
        interval = interval * 2
    }
}

extension QualityProgression {
    /// Sums from which a mean sample is made.
    struct Sum: Hashable, Sendable {
        var count: UInt64 = 0
        var score: Double = 0
        var loss: Double = 0
        var jitter: Double = 0
        var roundTrip: Double = 0
        var roundTripCount: UInt64 = 0

        /// What exceeds an hour counts as an hour, so that every mean fits its type.
        static let maximumMicroseconds: UInt64 = 3_600_000_000
    }
}

extension QualityProgression.Sum {
    mutating func add(_ sample: QualitySample, weight: UInt64 = 1) {
        let factor = Double(weight)
        count &+= weight
        score += Double(min(max(sample.meanOpinionScoreTimesTen, 0), 50)) * factor
        loss += sample.lossPercent * factor
        jitter += Double(min(sample.jitterMicroseconds, Self.maximumMicroseconds)) * factor
        guard let roundTripMicroseconds = sample.roundTripMicroseconds else { return }
        roundTrip += Double(min(roundTripMicroseconds, Self.maximumMicroseconds)) * factor
        roundTripCount &+= weight
    }

    func mean(at time: Instant) -> QualitySample? {
        guard count > 0 else { return nil }
        let divisor = Double(count)
        return QualitySample(
            time: time, meanOpinionScoreTimesTen: Int((score / divisor).rounded()),
            lossPercent: loss / divisor, jitterMicroseconds: UInt64(jitter / divisor),
            roundTripMicroseconds: roundTripCount == 0
                ? nil : UInt64(roundTrip / Double(roundTripCount)))
    }
}

/// A sample in half the room: what an entry needs of it.
private struct PackedSample: Hashable, Sendable {
    private static let noRoundTrip = UInt32.max

    var time: Instant
    private var lossPercent: Float
    private var jitterMicroseconds: UInt32
    private var roundTripMicroseconds: UInt32
    private var meanOpinionScoreTimesTen: UInt8

    init(_ sample: QualitySample) {
        time = sample.time
        lossPercent = Float(sample.lossPercent)
        jitterMicroseconds = UInt32(clamping: sample.jitterMicroseconds)
        roundTripMicroseconds =
            sample.roundTripMicroseconds.map { min(UInt32(clamping: $0), Self.noRoundTrip - 1) }
            ?? Self.noRoundTrip
        meanOpinionScoreTimesTen = UInt8(clamping: sample.meanOpinionScoreTimesTen)
    }

    var sample: QualitySample {
        QualitySample(
            time: time, meanOpinionScoreTimesTen: Int(meanOpinionScoreTimesTen),
            lossPercent: Double(lossPercent), jitterMicroseconds: UInt64(jitterMicroseconds),
            roundTripMicroseconds: roundTripMicroseconds == Self.noRoundTrip
                ? nil : UInt64(roundTripMicroseconds))
    }
}
