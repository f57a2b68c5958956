internal import BatonBase

extension MediaTally {
    /// A packet this late was not sent as the schedule wants it.
    static let lateNanoseconds: UInt64 = 5_000_000

    /// The part of the packets that the generator sent late.
    var lateFraction: Double {
        lateness.count == 0
            ? 0 : Double(lateness.count(above: Self.lateNanoseconds)) / Double(lateness.count)
    }

    /// Whether the generator kept its schedule, so that the figures are the target's.
    func isGeneratorInTime(_ options: RelayBenchOptions) -> Bool {
        lateFraction <= options.greatestLateFraction && unsent == 0 && !isCutShort
    }

    /// Whether everything arrived where it should, as it was sent, but for a loss below `limit`.
    func isFaultless(limit: Double) -> Bool {
        offered > 0 && lossFraction < limit && corrupt == 0 && misdirected == 0 && foreign == 0
            && duplicates == 0
    }

    /// The figures of the media.
    func section(_ options: RelayBenchOptions) -> BenchSection {
        var section = BenchSection(key: "media", title: "media")
        let streams = UInt64(options.calls * (options.isBothWays ? 2 : 1))
        section.add("calls", "calls", .count(UInt64(options.calls)))
        section.add(
            "offered", "packets a second",
            .count(streams * UInt64(options.packetsPerSecond)), "1/s")
        section.add("payload", "RTP payload", .count(UInt64(options.payloadBytes)), "bytes")
        section.add(
            "elapsed", "measured for", .number(Double(elapsed.wholeMilliseconds) / 1000, digits: 1),
            "s")
        section.add("sent", "sent", .count(sent), "packets")
        section.add("received", "received", .count(received), "packets")
        section.add("refused", "refused by a closed port", .count(refused), "packets")
        section.add("lost", "lost", .count(lost), "packets")
        section.add("loss", "loss", .number(100 * lossFraction, digits: 4), "%")
        section.add("reordered", "reordered", .count(reordered), "packets")
        section.add("duplicates", "duplicates", .count(duplicates), "packets")
        section.add("corrupt", "corrupt", .count(corrupt), "packets")
        section.add("misdirected", "at the wrong party", .count(misdirected), "packets")
        section.add("foreign", "not ours", .count(foreign), "packets")
        section.add("latencyP50", "one-way latency, p50", nanoseconds: latency.percentile(0.5))
        section.add("latencyP90", "one-way latency, p90", nanoseconds: latency.percentile(0.9))
        section.add("latencyP99", "one-way latency, p99", nanoseconds: latency.percentile(0.99))
        section.add("latencyP999", "one-way latency, p99.9", nanoseconds: latency.percentile(0.999))
        section.add("latencyMax", "one-way latency, max", nanoseconds: latency.maximum)
        return section
    }

    /// What the generator itself did and cost.
    var generatorSection: BenchSection {
        var section = BenchSection(key: "generator", title: "the generator itself")
        section.add(
            "latenessP50", "packets sent late by, p50", nanoseconds: lateness.percentile(0.5))
        section.add(
            "latenessP99", "packets sent late by, p99", nanoseconds: lateness.percentile(0.99))
        section.add("latenessMax", "packets sent late by, max", nanoseconds: lateness.maximum)
        section.add("unsent", "packets that the kernel would not take", .count(unsent), "packets")
        let packets = max(1, sent)
        section.add(
            "cpuPerPacket", "CPU for each packet, sent and checked",
            .number(Double(generatorCPU) / Double(packets) / 1000, digits: 2), "µs")
        let nanoseconds = Double(max(1, elapsed.wholeNanoseconds))
        section.add(
            "cpuShare", "CPU of one core",
            .number(100 * Double(generatorCPU) / nanoseconds, digits: 1), "%")
        return section
    }

    /// What a reader of the figures must know.
    func remarks(_ options: RelayBenchOptions) -> [String] {
        var remarks: [String] = []
        if lateFraction > options.greatestLateFraction {
            remarks.append(
                "generator late: \((100 * lateFraction).fixed(1)) % of the packets were sent more "
                    + "than 5 ms after their time; the figures are not the relay's alone.")
        }
        if unsent > 0 {
            remarks.append(
                "generator: \(unsent) packets were not sent, the kernel would not take them.")
        }
        if isCutShort { remarks.append("Stopped before its end.") }
        // Streams are numbered call × 2 + direction.
        let stride = options.isBothWays ? 1 : 2
        let expected = receivedByStream.count / stride
        let silent = receivedByStream.enumerated()
            .filter { $0.offset % stride == 0 && $0.element == 0 }.count
        if silent > 0, silent < expected, sent > 0 {
            remarks.append("\(silent) of \(expected) streams received nothing.")
        }
        if misdirected > 0 { remarks.append("Packets reached parties that they were not for.") }
        return remarks
    }
}
