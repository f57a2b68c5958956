internal import BatonBase

/// The search for the greatest number that still passes: up by half each time until one fails, then
/// by halving what lies between. Sans-IO.
struct CapacitySearch: Sendable, Equatable {
    private let most: Int
    private let resolution: Double
    /// The greatest number that passed, 0 when none has.
    private(set) var passed = 0
    /// The least number that failed, `nil` when none has.
    private(set) var failed: Int?
    /// The number to try next, `nil` when the search is over.
    private(set) var next: Int?

    init(first: Int, most: Int, resolution: Double) {
        self.most = most
        self.resolution = resolution
        next = min(max(1, first), most)
    }

    /// Enters what came of trying ``next``.
    mutating func enter(isPassed: Bool) {
        guard let tried = next else { return }
        if isPassed { passed = max(passed, tried) } else { failed = min(failed ?? tried, tried) }
        guard let failed else {
            next = passed >= most ? nil : min(most, passed + max(1, passed / 2))
            return
        }
        let gap = failed - passed
        let isExact = gap <= max(1, Int(Double(passed) * resolution))
        next = isExact ? nil : passed == 0 ? failed / 2 : passed + gap / 2
    }
}

extension RelayBenchRun {
    /// The capacity mode.
    mutating func findCapacity(_ progress: (BenchProgress) -> Void) throws(BenchError) {
        var search = CapacitySearch(
            first: options.calls, most: options.mostCalls, resolution: options.capacityResolution)
        var best: MediaTally?
        var limit = "the most calls that were to be tried"
        while let count = search.next, !stop.isRequested {
            guard try ensureCalls(count, &limit) else {
                search.enter(isPassed: false)
                if search.passed == 0 { throw .refused(limit) }
                break
            }
            let (tally, isPassed) = tryStep(count, progress)
            if isPassed {
                best = tally
            } else {
                // The last step that fails is the least: its reason is the limit.
                limit = tally.isGeneratorInTime(options) ? "loss" : "the generator, not the relay"
            }
            progress(BenchProgress(tally.stepLine(calls: count, isPassed: isPassed)))
            search.enter(isPassed: isPassed)
        }
        enterCapacity(search.passed, best, limit)
    }

    private mutating func enterCapacity(_ most: Int, _ best: MediaTally?, _ limit: String) {
        var section = BenchSection(key: "capacity", title: "capacity")
        section.add("calls", "most calls", .count(UInt64(most)))
        let streams = most * (options.isBothWays ? 2 : 1)
        section.add(
            "packetsPerSecond", "packets a second",
            .count(UInt64(streams * options.packetsPerSecond)), "1/s")
        section.add("lossLimit", "loss below", .number(100 * options.lossLimit, digits: 2), "%")
        section.add(
            "latenessLimit", "later than this is lost",
            .count(UInt64(options.latenessLimit.wholeMilliseconds)), "ms")
        section.add("limitedBy", "limited by", .text(limit))
        if let best {
            section.add("loss", "loss there", .number(100 * best.lossFraction, digits: 4), "%")
            section.add(
                "latencyP50", "latency there, p50", nanoseconds: best.latency.percentile(0.5))
            section.add(
                "latencyP99", "latency there, p99", nanoseconds: best.latency.percentile(0.99))
        }
        report.sections.append(section)
        report.isPassed = most > 0
        if limit != "loss" { report.remarks.append("The search ended by \(limit).") }
    }

    /// A step that fails is tried once more, and again when it was the generator that was late: a
    /// busy machine must not look like a full relay.
    private mutating func tryStep(
        _ count: Int, _ progress: (BenchProgress) -> Void
    ) -> (MediaTally, isPassed: Bool) {
        var tally = MediaTally()
        for _ in 0..<2 {
            tally = sendMedia(through: count, for: options.duration, progress)
            if tally.isCarried(options) { return (tally, true) }
        }
        if !tally.isGeneratorInTime(options) {
            tally = sendMedia(through: count, for: options.duration, progress)
        }
        return (tally, tally.isCarried(options))
    }

    /// Sets up what is missing of `count` calls; `false`, with the reason, when the relay refuses.
    private mutating func ensureCalls(
        _ count: Int, _ limit: inout String
    ) throws(BenchError) -> Bool {
        let outcome = try setUp(to: count)
        guard let reason = outcome.commonestFailure else { return true }
        limit = "the relay's refusal (\(reason))"
        return false
    }
}

extension MediaTally {
    /// Whether a step of the search counts as carried.
    func isCarried(_ options: RelayBenchOptions) -> Bool {
        let limit = options.latenessLimit.wholeNanoseconds
        let useless = Double(lost &+ latency.count(above: limit))
        return isGeneratorInTime(options) && isFaultless(limit: options.lossLimit)
            && useless < options.lossLimit * Double(offered)
    }

    /// What came of a step, in one line.
    func stepLine(calls: Int, isPassed: Bool) -> String {
        "\(calls) calls: \(isPassed ? "carried" : "not carried"), loss "
            + "\((100 * lossFraction).fixed(3)) %, p99 "
            + "\((Double(latency.percentile(0.99)) / 1000).fixed(0)) µs"
            + ", sent late by p99 \((Double(lateness.percentile(0.99)) / 1000).fixed(0)) µs"
    }
}
