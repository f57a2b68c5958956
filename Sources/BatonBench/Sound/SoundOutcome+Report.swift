internal import BatonBase

extension SoundGenerator.Outcome {
    /// Packets that all listeners received.
    var received: UInt64 { receptions.reduce(0) { $0 &+ $1.received } }

    private func sum(_ path: KeyPath<SoundReception, UInt64>) -> UInt64 {
        receptions.reduce(0) { $0 &+ $1[keyPath: path] }
    }

    /// Packets that gaps in the sequence numbers show to be missing.
    var lost: UInt64 { sum(\.lost) }

    /// The part of the packets that did not come, 0 … 1, by the sequence numbers.
    var lossFraction: Double {
        received &+ lost == 0 ? 1 : Double(lost) / Double(received &+ lost)
    }

    /// Whether the generator kept its schedule.
    func isInTime(_ limit: Double) -> Bool { lateFraction <= limit && !isCutShort }

    private var lateFraction: Double {
        lateness.count == 0
            ? 0
            : Double(lateness.count(above: MediaTally.lateNanoseconds)) / Double(lateness.count)
    }

    /// The figures of the streams.
    func section(calls: Int) -> BenchSection {
        var section = BenchSection(key: "media", title: "media")
        section.add("calls", "calls", .count(UInt64(calls)))
        section.add(
            "elapsed", "measured for", .number(Double(elapsed.wholeMilliseconds) / 1000, digits: 1),
            "s")
        section.add("sent", "sent", .count(sent), "packets")
        section.add("received", "received", .count(received), "packets")
        section.add("lost", "lost, by sequence number", .count(lost), "packets")
        section.add("loss", "loss", .number(100 * lossFraction, digits: 4), "%")
        section.add("unordered", "out of order, or twice", .count(sum(\.unordered)), "packets")
        section.add(
            "malformed", "not RTP, or of another payload type", .count(sum(\.malformed)), "packets")
        section.add(
            "timestampFaults", "timestamps that jump", .count(sum(\.timestampFaults)), "packets")
        section.add("sourceChanges", "changes of the SSRC", .count(sum(\.sourceChanges)))
        let bits = Double(sum(\.payloadBytes)) * 8 / Double(max(1, received)) * 50 / 1000
        section.add("bitrate", "payload received, of a stream", .number(bits, digits: 1), "kbit/s")
        return section
    }

    /// What the generator itself did.
    var generatorSection: BenchSection {
        var section = BenchSection(key: "generator", title: "the generator itself")
        section.add(
            "latenessP99", "packets sent late by, p99", nanoseconds: lateness.percentile(0.99))
        section.add("unsent", "packets that the kernel would not take", .count(unsent), "packets")
        section.add(
            "cpuPerPacket", "CPU for each packet",
            .number(Double(generatorCPU) / Double(max(1, received)) / 1000, digits: 2), "µs")
        return section
    }

    /// What the relay cost, when it is watched.
    func processSection(_ label: String, memoryBytes: UInt64?) -> BenchSection? {
        guard let targetCPU else { return nil }
        var section = BenchSection(key: "process", title: "target's process")
        section.add(
            "cpuPerPacket", label,
            .number(Double(targetCPU) / Double(max(1, received)) / 1000, digits: 2), "µs")
        let nanoseconds = Double(max(1, elapsed.wholeNanoseconds))
        section.add(
            "cpuShare", "CPU of one core",
            .number(100 * Double(targetCPU) / nanoseconds, digits: 1), "%")
        if let memoryBytes {
            section.add(
                "resident", "resident memory", .number(Double(memoryBytes) / 1e6, digits: 2), "MB")
        }
        return section
    }

    /// Sentences about what is wrong.
    func remarks(_ limit: Double) -> [String] {
        var remarks: [String] = []
        if lateFraction > limit {
            remarks.append(
                "generator late: \((100 * lateFraction).fixed(1)) % of the packets were sent more "
                    + "than 5 ms after their time; the figures are not the relay's alone.")
        }
        if isCutShort { remarks.append("Stopped before its end.") }
        let silent = receptions.filter { $0.received == 0 }.count
        if silent > 0 {
            remarks.append("\(silent) of \(receptions.count) listeners heard nothing.")
        }
        return remarks
    }
}

/// How well the listeners hear the tones that were meant for them.
struct ToneCheck: Sendable {
    /// The tone's amplitude against what was sent, of each listener.
    var levels: [Double] = []
    /// Listeners whose tone is missing, far too quiet or too loud.
    var wrong = 0
    /// Listeners who hear another's tone.
    var strange = 0

    /// A listener hears its tone when it has this part of the amplitude that was sent.
    static let fit = 0.4...2.0

    /// Listens to each stream for its own tone, and for that of its neighbour.
    static func listen(
        to receptions: [SoundReception], _ codec: SoundCodec, tone: (Int) -> Double,
        amplitude: Double
    ) throws(BenchError) -> ToneCheck {
        var check = ToneCheck()
        for (stream, reception) in receptions.enumerated() {
            let own = try reception.amplitude(of: tone(stream), codec) ?? 0
            check.levels.append(own / amplitude)
            if !fit.contains(own / amplitude) { check.wrong += 1 }
            let other = tone(stream + 1)
            guard other != tone(stream) else { continue }
            let foreign = try reception.amplitude(of: other, codec) ?? 0
            if foreign > own / 2 { check.strange += 1 }
        }
        return check
    }

    /// The figures.
    var section: BenchSection {
        var section = BenchSection(key: "tone", title: "what is heard")
        let sorted = levels.sorted()
        section.add("listeners", "listeners", .count(UInt64(levels.count)))
        section.add(
            "levelLeast", "tone against what was sent, least",
            .number(sorted.first ?? 0, digits: 2), "×")
        section.add(
            "levelP50", "tone against what was sent, p50",
            .number(sorted.isEmpty ? 0 : sorted[sorted.count / 2], digits: 2), "×")
        section.add("wrong", "listeners without their tone", .count(UInt64(wrong)))
        section.add("strange", "listeners with another's tone", .count(UInt64(strange)))
        return section
    }

    /// Whether everybody hears what was meant for them.
    var isPassed: Bool { wrong == 0 && strange == 0 }
}
