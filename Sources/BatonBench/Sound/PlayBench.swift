internal import BatonBase

/// What ``PlayBench`` does.
public struct PlayBenchOptions: Sendable {
    /// Target, calls and limits.
    public var relay: RelayBenchOptions
    /// The file as the relay finds it.
    public var file: String
    /// The tone that must be heard, in Hz; `nil` when the file has none.
    public var toneHz: Double?
    /// The amplitude of the tone in the file.
    public var toneAmplitude = SpeechSource.pilotAmplitude
    /// The listeners' codec.
    public var codec = SoundCodec.pcmu

    /// - Parameter file: the file as the relay finds it.
    public init(relay: RelayBenchOptions, file: String) {
        self.relay = relay
        self.file = file
    }

    var plan: CallPlan {
        var plan = CallPlan()
        plan.caller.encoding = codec.encoding
        plan.caller.payloadType = codec.payloadType
        plan.callee = plan.caller
        return plan
    }
}

/// A load generator for music on hold: each call's callee listens to a file that the relay plays.
public enum PlayBench {
    /// The tone of ``toneSamples(seconds:)`` in Hz.
    public static let toneHz = 1_000.0
    /// The rate of ``toneSamples(seconds:)``.
    public static let toneRateHz = 8_000

    /// A tone to be played, at ``toneRateHz`` samples a second.
    public static func toneSamples(seconds: Int) -> [Int16] {
        SpeechSource.toneSamples(toneHz, seconds: seconds, rateHz: toneRateHz)
    }

    /// Runs the bench on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError``, as ``RelayBench/run(_:stop:progress:)``.
    public static func run(
        _ options: PlayBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        var options = options
        options.relay.mode = .load
        options.relay.isBothWays = false
        try options.relay.validate()
        var run = try RelayBenchRun(options.relay, stop, bench: "play", plan: options.plan)
        try run.setUpAll()
        try run.play(options.file)
        let types = run.calls.map {
            $0.agreement.callee.payloadType ?? options.codec.payloadType
        }
        let outcome = run.exchange(
            nil, SoundGenerator.Hearing(codec: options.codec, payloadTypes: types), progress)
        _ = run.endCalls()
        try run.enter(
            outcome, "CPU for each played packet", codec: options.codec,
            tone: options.toneHz.map { hertz in { _ in hertz } },
            amplitude: options.toneAmplitude)
        return run.finish(expecting: outcome)
    }
}

extension RelayBenchRun {
    /// Has the relay play the file to the callee of each call, over and over.
    fileprivate mutating func play(_ file: String) throws(BenchError) {
        let (name, playing) = (name, calls)
        let outcome = client.run(count: playing.count, outstanding: options.outstanding) {
            chain, reply in
            guard let reply else { return .request(playing[chain].play(file, run: name)) }
            return reply.isGranted ? .finished : .failed(reply.refusal)
        }
        report.sections.append(outcome.section("plays", "play media"))
        guard let reason = outcome.commonestFailure else { return }
        _ = endCalls()
        throw .refused(
            "\(outcome.failureCount) of \(playing.count) calls cannot be played \(file): \(reason)")
    }

    /// Players keep their own time: a packet more or less for each listener is no fault, but too
    /// few are.
    fileprivate consuming func finish(expecting outcome: SoundGenerator.Outcome) -> BenchReport {
        var report = finish()
        let perListener = Double(outcome.elapsed.wholeMilliseconds) / 20
        let few = outcome.receptions.filter { Double($0.received) < 0.98 * perListener - 2 }.count
        if few > 0 {
            report.isPassed = false
            report.remarks.append(
                "\(few) listeners received less than 50 packets a second.")
        }
        return report
    }
}

extension BenchCall {
    /// The request to play a file to the callee.
    fileprivate func play(_ file: String, run: String) -> ControlValue {
        .dictionary([
            .init(key: "file", value: .text(file)),
            .init(key: "repeat-times", value: .integer(10_000)),
            .init(key: "call-id", value: .text(identifier(run: run))),
            .init(key: "from-tag", value: .text("callee-\(number)")),
            .init(key: "command", value: "play media"),
        ])
    }
}
