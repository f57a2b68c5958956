internal import BatonBase

extension MixedRun {
    /// The report of all waves.
    consuming func finish() -> BenchReport {
        var report = base.report
        enterCalls(&report)
        var all = MixedTotals()
        for kind in MixedCallKind.allCases {
            guard let total = totals[kind] else { continue }
            all.add(total)
            report.sections.append(total.section(key: kind.rawValue, title: kind.title))
        }
        var media = all.section(key: "media", title: "all calls")
        all.addDetails(to: &media)
        report.sections.append(media)
        report.sections.append(generatorSection)
        report.remarks += all.remarks
        enterLateness(&report)
        for (reason, count) in counts.failures.sorted(by: { $0.key < $1.key }) {
            report.remarks.append("\(count) × \(reason)")
        }
        report.isPassed =
            report.isPassed && counts.failureCount == 0 && all.isFaultless && all.sent > 0
        enterProcess(&report)
        return report
    }

    private func enterCalls(_ report: inout BenchReport) {
        var section = BenchSection(key: "calls", title: "calls")
        section.add("seed", "seed", .count(options.seed))
        section.add("atOnce", "at the same time, at most", .count(UInt64(options.calls)))
        section.add("waves", "waves", .count(UInt64(options.waves)))
        section.add(
            "duration", "the waves together",
            .count(UInt64(max(0, options.duration.wholeMilliseconds / 1000))), "s")
        section.add("made", "made", .count(counts.made))
        section.add("ended", "ended", .count(counts.ended))
        section.add("failed", "requests and handshakes failed", .count(UInt64(counts.failureCount)))
        section.add("recordedWAV", "recorded as WAV", .count(counts.recordedWAV))
        section.add("recordedPCAP", "recorded as PCAP", .count(counts.recordedPCAP))
        section.add(
            "packetsInPCAP", "sent in calls recorded as PCAP", .count(counts.packetsInPCAP),
            "packets")
        report.sections.append(section)
    }

    private var generatorSection: BenchSection {
        var section = BenchSection(key: "generator", title: "the generator itself")
        section.add(
            "latenessP50", "packets sent late by, p50",
            nanoseconds: media.lateness.percentile(0.5))
        section.add(
            "latenessP99", "packets sent late by, p99",
            nanoseconds: media.lateness.percentile(0.99))
        section.add("latenessMax", "packets sent late by, max", nanoseconds: media.lateness.maximum)
        section.add(
            "controlPackets", "packets of RTCP at the parties' RTP ports",
            .count(media.controlPackets), "packets")
        return section
    }

    private func enterLateness(_ report: inout BenchReport) {
        let late = media.lateness.count(above: 20_000_000)
        guard media.lateness.count > 0, late * 100 > media.lateness.count else { return }
        let part = 100 * Double(late) / Double(media.lateness.count)
        report.remarks.append(
            "generator late: \(part.fixed(1)) % of the packets were sent more than 20 ms after "
                + "their time; the machine is too busy for this load.")
    }

    private func enterProcess(_ report: inout BenchReport) {
        guard base.probe != nil else { return }
        var section = BenchSection(key: "process", title: "target's process")
        for (index, bytes) in residentAfter.enumerated() {
            section.add(
                "resident\(index + 1)", "resident memory after wave \(index + 1)",
                .number(Double(bytes) / 1e6, digits: 2), "MB")
        }
        if let first = residentAfter.first, let last = residentAfter.last, first > 0 {
            let growth = Double(last) / Double(first) - 1
            section.add("growth", "growth since wave 1", .number(100 * growth, digits: 2), "%")
            if growth > options.growthLimit {
                report.remarks.append("Memory has grown since wave 1.")
                report.isPassed = false
            }
        }
        if let before = descriptorsBefore {
            section.add("descriptorsBefore", "descriptors before", .count(UInt64(before)))
            for (index, count) in descriptorsAfter.enumerated() {
                section.add(
                    "descriptors\(index + 1)", "descriptors after wave \(index + 1)",
                    .count(UInt64(count)))
            }
            if let last = descriptorsAfter.last, last > before {
                report.remarks.append("\(last - before) descriptors have not come back.")
                report.isPassed = false
            }
        }
        report.sections.append(section)
    }
}

extension MixedTotals {
    /// The figures that are told of all calls together only.
    fileprivate func addDetails(to section: inout BenchSection) {
        section.add(
            "jumps", "timestamps that jump, SSRCs that change", .count(jumps), "packets")
        section.add("toneless", "listeners without their tone", .count(toneless))
        section.add("underfed", "listeners played far too little", .count(underfed))
        section.add("unsent", "packets that the kernel would not take", .count(unsent), "packets")
    }

    /// What a reader of the figures must know.
    fileprivate var remarks: [String] {
        var remarks: [String] = []
        if losses.byRelay > 0 {
            remarks.append("The relay lost \(losses.byRelay) packets that it had taken in.")
        }
        if losses.inRelayQueues > 0 {
            remarks.append(
                "\(losses.inRelayQueues) packets were lost in the relay's receive queues: it was "
                    + "overloaded, or had no processor.")
        }
        if losses.byGenerator > 0 {
            remarks.append(
                "\(losses.byGenerator) packets were lost in the generator's own receive queues; "
                    + "they do not count.")
        }
        if strange > 0 || disorder > 0 || jumps > 0 {
            remarks.append("Packets came changed, twice, out of order or with a jump.")
        }
        if toneless > 0 { remarks.append("\(toneless) listeners did not hear their tone.") }
        if underfed > 0 { remarks.append("\(underfed) listeners were played far too little.") }
        return remarks
    }
}

extension MixedCallKind {
    /// The heading of its figures.
    fileprivate var title: String {
        switch self {
        case .plain: "plain: PCMU passed on"
        case .secured: "secured: SRTP (SDES) on one side"
        case .securedBoth: "secured-both: SRTP (SDES) on both sides"
        case .dtls: "dtls: DTLS-SRTP on one side"
        case .transcoded: "transcoded: PCMU and Opus, both ways"
        case .recorded: "recorded: as WAV or PCAP"
        case .music: "music: a file played to one party"
        }
    }
}
