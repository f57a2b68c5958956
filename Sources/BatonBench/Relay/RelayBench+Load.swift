internal import BatonBase
internal import BatonIO

extension RelayBenchRun {
    /// The load mode: sets the calls up, sends, and enters what came of it.
    mutating func measureLoad(_ progress: (BenchProgress) -> Void) throws(BenchError) {
        let outcome = try setUp(to: options.calls)
        report.sections.append(outcome.section("setUps", "call set-up (offer and answer)"))
        if let reason = outcome.commonestFailure {
            _ = endCalls()
            throw .refused("\(outcome.failureCount) of \(options.calls) calls failed: \(reason)")
        }
        let tally = sendMedia(through: options.calls, for: options.duration, progress)
        hold()
        report.sections.append(tally.section(options))
        report.sections.append(tally.generatorSection)
        enterProcess(tally)
        report.remarks += tally.remarks(options)
        report.isPassed = tally.isFaultless(limit: options.lossLimit)
        let ended = endCalls()
        if let reason = ended.commonestFailure {
            report.remarks.append("\(ended.failureCount) calls could not be ended: \(reason)")
        }
    }

    /// The set-up mode: no media, only calls as fast as the relay sets them up.
    mutating func measureSetUps(_ progress: (BenchProgress) -> Void) throws(BenchError) {
        let before = probe?.cpuNanoseconds
        let outcome = try setUp(to: options.calls, withMedia: false)
        let after = probe?.cpuNanoseconds
        var section = outcome.section("setUps", "call set-up (offer and answer)")
        section.add("outstanding", "requests in flight", .count(UInt64(options.outstanding)))
        if let before, let after, outcome.finished > 0 {
            section.add(
                "cpuPerSetUp", "target's CPU for each",
                nanoseconds: (after &- before) / UInt64(outcome.finished))
        }
        report.sections.append(section)
        if let reason = outcome.commonestFailure {
            report.remarks.append("\(outcome.failureCount) calls failed: \(reason)")
            report.isPassed = false
        }
        enterProcess(nil)
        progress(BenchProgress("\(outcome.finished) calls set up"))
        report.sections.append(endCalls().section("deletions", "call deletion"))
    }

    /// Keeps the calls up without media, for a look at the relay.
    private func hold() {
        let end = MonotonicClock.now() + options.hold
        while MonotonicClock.now() < end, !stop.isRequested {
            PreciseTimer.sleep(until: MonotonicClock.now() + .milliseconds(50))
        }
    }

    /// Enters the target's memory and CPU, where it is watched.
    private mutating func enterProcess(_ tally: MediaTally?) {
        guard let probe else { return }
        var section = BenchSection(key: "process", title: "target's process")
        if let tally, let cpu = tally.targetCPU, tally.received > 0 {
            section.add(
                "cpuPerPacket", "CPU for each forwarded packet",
                .number(Double(cpu) / Double(tally.received) / 1000, digits: 2), "µs")
            let elapsed = Double(max(1, tally.elapsed.wholeNanoseconds))
            section.add(
                "cpuShare", "CPU of one core", .number(100 * Double(cpu) / elapsed, digits: 1), "%")
        }
        if let bytes = probe.residentBytes {
            section.add(
                "resident", "resident memory", .number(Double(bytes) / 1e6, digits: 2), "MB")
        }
        if let bytes = probe.peakResidentBytes {
            section.add(
                "residentPeak", "resident memory, peak", .number(Double(bytes) / 1e6, digits: 2),
                "MB")
        }
        if let count = probe.threadCount {
            section.add("threads", "threads", .count(UInt64(count)))
        }
        if let count = probe.openDescriptorCount {
            section.add("descriptors", "open descriptors", .count(UInt64(count)))
        }
        if section.figures.isEmpty {
            report.remarks.append("The target's process \(probe.processID) is gone.")
            report.isPassed = false
        }
        report.sections.append(section)
    }
}

extension ControlClient.Outcome {
    /// What it came to, a second.
    var perSecond: Double {
        let seconds = Double(elapsed.wholeNanoseconds) / 1e9
        return seconds > 0 ? Double(finished) / seconds : 0
    }

    /// The figures of a number of chains.
    func section(_ key: String, _ title: String) -> BenchSection {
        var section = BenchSection(key: key, title: title)
        section.add("finished", "calls", .count(UInt64(finished)))
        if failureCount > 0 { section.add("failed", "failed", .count(UInt64(failureCount))) }
        section.add("perSecond", "calls a second", .number(perSecond, digits: 0), "1/s")
        section.add("replyP50", "time to a reply, p50", nanoseconds: waits.percentile(0.5))
        section.add("replyP99", "time to a reply, p99", nanoseconds: waits.percentile(0.99))
        section.add("copies", "requests sent again", .count(UInt64(copies)))
        return section
    }
}
