internal import BatonBase
internal import BatonIO

/// What ``TranscodeBench`` does.
public struct TranscodeBenchOptions: Sendable {
    /// Target, calls and limits.
    public var relay: RelayBenchOptions
    /// The codec of the party that sends.
    public var from = SoundCodec.pcmu
    /// The codec of the party that listens.
    public var to = SoundCodec.opus
    /// How the relay is asked for Opus, as `codec: transcode` takes it; `nil` for
    /// `opus/48000/2/BITRATE` with the generator's bit rate.
    public var transcode: String?
    /// Format parameters of Opus in the parties' SDP, such as `maxplaybackrate=8000`.
    public var opusParameters: String?
    /// How the generator encodes what it sends as Opus, and the bit rate that it asks for.
    public var encoding = SoundEncoding()
    /// The speech to be sent, at ``audioRateHz``; empty for a synthetic one.
    public var audio: [Int16] = []
    /// The rate of ``audio`` in samples a second.
    public var audioRateHz = 8_000

    /// The defaults: PCMU to Opus.
    public init(relay: RelayBenchOptions) { self.relay = relay }

    /// The rate of the sound that goes into the generator's encoder.
    var sourceRateHz: Int { from == .opus ? encoding.sampleRateHz : 8_000 }

    var plan: CallPlan {
        var plan = CallPlan()
        plan.caller = party(from)
        plan.callee = party(to)
        let wish = to == .opus ? transcode ?? "opus/48000/2/\(encoding.bitrate)" : to.rawValue
        plan.offerEntries = [
            .init(
                key: "codec",
                value: .dictionary([
                    .init(key: "mask", value: .list(["all"])),
                    .init(key: "transcode", value: .list([.text(wish)])),
                ]))
        ]
        return plan
    }

    private func party(_ codec: SoundCodec) -> CallPlan.Party {
        var party = CallPlan.Party()
        party.encoding = codec.encoding
        party.payloadType = codec.payloadType
        if codec == .opus, let opusParameters {
            party.parameters = opusParameters
        }
        return party
    }

    func validate() throws(BenchError) {
        try relay.validate()
        let checks: [(Bool, String)] = [
            (from != to, "from, to: two different codecs"),
            ((6_000...510_000).contains(encoding.bitrate), "bitrate: 6000 to 510000 bits/s"),
            ((0...10).contains(encoding.complexity), "complexity: 0 to 10"),
            (
                [8_000, 12_000, 16_000, 24_000, 48_000].contains(encoding.sampleRateHz),
                "sample-rate: 8000, 12000, 16000, 24000 or 48000 Hz"
            ),
            (
                audio.isEmpty || audioRateHz == sourceRateHz,
                "audio: the file has \(audioRateHz) samples a second, \(sourceRateHz) are wanted; "
                    + "convert it with: sox FILE -r \(sourceRateHz) -c 1 -b 16 OTHER"
            ),
            (audio.isEmpty || audio.count >= sourceRateHz, "audio: a second at least"),
        ]
        for (isGood, words) in checks where !isGood { throw .usage("\(words).") }
    }
}

/// A load generator for relays that transcode: sends speech with a pilot tone in one codec, and
/// listens to what comes out in the other.
public enum TranscodeBench {
    /// Runs the bench on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError``, as ``RelayBench/run(_:stop:progress:)``.
    public static func run(
        _ options: TranscodeBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        var options = options
        options.relay.mode = .load
        options.relay.isBothWays = false
        try options.validate()
        let loops = try loops(options)
        var run = try RelayBenchRun(
            options.relay, stop, bench: "transcode", plan: options.plan)
        run.report.sections.append(section(options, loops))
        try run.setUpAll()
        let sending = SoundGenerator.Sending(
            loops: loops, codec: options.from,
            payloadTypes: run.calls.map {
                $0.agreement.caller.payloadType ?? options.from.payloadType
            })
        let outcome = run.exchange(
            sending,
            SoundGenerator.Hearing(
                codec: options.to,
                payloadTypes: run.calls.map {
                    $0.agreement.callee.payloadType ?? options.to.payloadType
                }), progress)
        _ = run.endCalls()
        try run.enter(
            outcome, "CPU for each transcoded packet", codec: options.to,
            tone: SpeechSource.pilot, amplitude: SpeechSource.pilotAmplitude)
        return run.finish()
    }

    /// The packets to send, for each pilot tone.
    static func loops(_ options: TranscodeBenchOptions) throws(BenchError) -> [[[UInt8]]] {
        let rate = options.sourceRateHz
        let speech =
            options.audio.isEmpty
            ? SpeechSource.speech(seconds: 4, rateHz: rate) : options.audio
        var loops: [[[UInt8]]] = []
        for pilot in SpeechSource.pilotsHz.prefix(max(2, options.relay.calls)) {
            let sound = SpeechSource.adding(pilot, to: speech, rateHz: rate)
            loops.append(try options.from.encode(sound, options.encoding))
        }
        return loops
    }

    private static func section(
        _ options: TranscodeBenchOptions, _ loops: [[[UInt8]]]
    ) -> BenchSection {
        var section = BenchSection(key: "codecs", title: "codecs")
        section.add("from", "sent", .text(options.from.encoding))
        section.add("to", "heard", .text(options.to.encoding))
        let packets = loops.joined()
        let bytes = packets.reduce(0) { $0 + $1.count }
        section.add(
            "sentBitrate", "payload sent, of a stream",
            .number(Double(bytes) * 8 * 50 / Double(max(1, packets.count)) / 1000, digits: 1),
            "kbit/s")
        if options.from == .opus {
            section.add(
                "complexity", "the generator's Opus complexity",
                .count(UInt64(options.encoding.complexity)))
            section.add(
                "sampleRate", "samples into the generator's Opus",
                .count(UInt64(options.encoding.sampleRateHz)), "1/s")
        } else {
            section.add(
                "asked", "asked of the relay",
                .text(options.transcode ?? "opus/48000/2/\(options.encoding.bitrate)"))
        }
        return section
    }
}

extension RelayBenchRun {
    /// Sets all calls up, and enters how.
    mutating func setUpAll() throws(BenchError) {
        let outcome = try setUp(to: options.calls)
        report.sections.append(outcome.section("setUps", "call set-up (offer and answer)"))
        guard let reason = outcome.commonestFailure else { return }
        _ = endCalls()
        throw .refused("\(outcome.failureCount) of \(options.calls) calls failed: \(reason)")
    }

    /// Sends and listens.
    func exchange(
        _ sending: SoundGenerator.Sending?, _ hearing: SoundGenerator.Hearing,
        _ progress: (BenchProgress) -> Void
    ) -> SoundGenerator.Outcome {
        var generator = SoundGenerator(sending, hearing, sockets)
        let load = SoundGenerator.Load(
            calls: calls.count, warmUp: options.warmUp, duration: options.duration,
            tick: options.tick)
        let (probe, stop, count) = (probe, stop, calls.count)
        let start = MonotonicClock.now()
        var nextLine = start + .seconds(1)
        return generator.run(load, targetCPU: { probe?.cpuNanoseconds }) { now, sent, isMeasured in
            guard now >= nextLine else { return !stop.isRequested }
            nextLine = now + .seconds(1)
            let seconds = Double((now - start).wholeMilliseconds) / 1000
            let phase = isMeasured ? "\(String(sent).grouped) sent" : "warming up"
            progress(
                BenchProgress("\(seconds.fixed(0).leftPadded(to: 4)) s  \(count) calls  \(phase)"))
            return !stop.isRequested
        }
    }

    /// Enters what was heard, and what it cost.
    mutating func enter(
        _ outcome: SoundGenerator.Outcome, _ label: String, codec: SoundCodec,
        tone: ((Int) -> Double)?, amplitude: Double
    ) throws(BenchError) {
        report.sections.append(outcome.section(calls: options.calls))
        report.isPassed =
            outcome.received > 0 && outcome.lossFraction < options.lossLimit
            && !outcome.receptions.contains { $0.received == 0 }
        if let tone {
            let check = try ToneCheck.listen(
                to: outcome.receptions, codec, tone: tone, amplitude: amplitude)
            report.sections.append(check.section)
            report.isPassed = report.isPassed && check.isPassed
        }
        report.sections.append(outcome.generatorSection)
        if let section = outcome.processSection(label, memoryBytes: probe?.residentBytes) {
            report.sections.append(section)
        }
        report.remarks += outcome.remarks(options.greatestLateFraction)
    }
}
