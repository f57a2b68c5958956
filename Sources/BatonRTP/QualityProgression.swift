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
    public private(set) var entries: [QualitySample] = []
    /// The number of samples taken.
    public private(set) var sampleCount: UInt64 = 0
    /// The mean of all samples, stamped with the last one's time; `nil` before the first.
    public private(set) var average: QualitySample?
    /// The sample with the lowest score, the first of equals.
    public private(set) var lowest: QualitySample?
    /// The sample with the highest score, the first of equals.
    public private(set) var highest: QualitySample?

    private var total = Sum()
    private var unfinished = Sum()
    private var samplesPerEntry: UInt64 = 1

    /// An empty series of samples that will be taken every `sampleInterval`.
    public init(sampleInterval: Duration = .seconds(5), maximumEntries: Int = 120) {
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
        if let entry = unfinished.mean(at: sample.time) { entries.append(entry) }
        unfinished = Sum()
        if entries.count >= maximumEntries { halve() }
    }

    /// Makes one entry of each two; an odd last one begins the next entry.
    private mutating func halve() {
        var halved: [QualitySample] = []
        var index = 0
        while index + 1 < entries.count {
            var pair = Sum()
            pair.add(entries[index])
            pair.add(entries[index + 1])
            if let entry = pair.mean(at: entries[index + 1].time) { halved.append(entry) }
            index += 2
        }
        if index < entries.count { unfinished.add(entries[index], weight: samplesPerEntry) }
        entries = halved
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
