internal import BatonBase
internal import BatonIO

/// A load generator for media relays: sets calls up over ng, sends RTP through them and measures
/// what comes out. It knows its target by ng alone.
public enum RelayBench {
    /// Runs the bench on the calling thread, which it blocks.
    ///
    /// - Parameters:
    ///   - stop: ends the bench early.
    ///   - progress: is called about once a second.
    /// - Throws: ``BenchError`` when the options are wrong, the target does not answer or refuses,
    /// or   the machine lacks ports or descriptors.
    public static func run(
        _ options: RelayBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        try options.validate()
        PreciseTimer.minimiseSlack()
        var run = try RelayBenchRun(options, stop)
        switch options.mode {
        case .load: try run.measureLoad(progress)
        case .capacity: try run.findCapacity(progress)
        case .setUps: try run.measureSetUps(progress)
        }
        return run.finish()
    }
}

/// The state of one run: the calls, their sockets, and what has been measured.
struct RelayBenchRun: ~Copyable {
    /// A generator that is this late will not catch up.
    static let hopelessNanoseconds: UInt64 = 1_000_000_000

    let options: RelayBenchOptions
    /// What the parties of the calls offer and answer.
    let plan: CallPlan
    let stop: BenchStop
    /// The number of the run, in cookies, call identifiers and packets.
    let number: UInt32
    let probe: ProcessProbe?
    var client: ControlClient
    let sockets: PartySockets
    var generator: MediaGenerator
    var calls: [BenchCall] = []
    var report: BenchReport

    /// - Parameter bench: the name of the bench in its report.
    init(
        _ options: RelayBenchOptions, _ stop: BenchStop, bench: String = "relay",
        plan: CallPlan = CallPlan()
    ) throws(BenchError) {
        let number = UInt32(truncatingIfNeeded: WallClock.nanosecondsSince1970() / 1000)
        let codec = MediaPacketCodec(run: number, payloadBytes: options.payloadBytes)
        let sockets = PartySockets(address: options.partyAddress, ports: options.sourcePorts)
        var client = try ControlClient(target: options.target, prefix: "\(number)_")
        try Self.raiseOpenFilesLimit()
        try client.ping()
        let probe = options.processID.map { ProcessProbe(processID: $0) }
        if let probe, probe.cpuNanoseconds == nil {
            throw .usage("pid: there is no process \(probe.processID).")
        }
        self.options = options
        self.plan = plan
        self.stop = stop
        self.number = number
        self.probe = probe
        self.client = client
        self.sockets = sockets
        generator = MediaGenerator(codec: codec, sockets: sockets)
        let name = probe?.name.map { "\($0) at " } ?? ""
        report = BenchReport(bench: bench, target: "\(name)\(options.target)")
    }

    private static func raiseOpenFilesLimit() throws(BenchError) {
        do throws(SystemError) {
            try ProcessResources.raiseOpenFilesLimit()
        } catch {
            throw .system("\(error)")
        }
    }

    /// The run's part of call identifiers.
    var name: String { String(number, radix: 36) }

    // MARK: Calls

    /// Sets calls up until there are `count`, with or without sockets for their media.
    mutating func setUp(
        to count: Int, withMedia: Bool = true
    ) throws(BenchError) -> ControlClient.Outcome {
        let first = calls.count
        guard count > first else { return ControlClient.Outcome() }
        if withMedia { try sockets.open(calls: count) }
        for number in first..<count { calls.append(makeCall(number, withMedia: withMedia)) }
        let (name, outstanding) = (name, options.outstanding)
        var setting = calls
        let outcome = client.run(count: count - first, outstanding: outstanding) { chain, reply in
            setting[first + chain].negotiate(after: reply, run: name)
        }
        calls = setting
        if withMedia, outcome.failureCount == 0 {
            try connect(first..<count)
            try agreeKeys(first..<count)
        }
        return outcome
    }

    private func makeCall(_ number: Int, withMedia: Bool) -> BenchCall {
        guard withMedia else {
            let ports = options.sourcePorts
            let room = UInt16(max(4, ports.count / 4 * 4 - 4))
            let port = ports.lowerBound / 2 * 2 &+ UInt16(number % Int(room / 4)) * 4
            return BenchCall(
                number: number, caller: SocketAddress(ip: options.partyAddress, port: port),
                callee: SocketAddress(ip: options.partyAddress, port: port &+ 2),
                plan: plan)
        }
        return BenchCall(
            number: number,
            caller: sockets.addresses[PartySockets.index(call: number, isCallee: false)],
            callee: sockets.addresses[PartySockets.index(call: number, isCallee: true)],
            plan: plan)
    }

    /// Points each party's socket at the address that the relay gave it.
    private func connect(_ range: Range<Int>) throws(BenchError) {
        for call in calls[range] {
            guard let caller = call.relayForCaller, let callee = call.relayForCallee else {
                continue
            }
            try sockets.connect(PartySockets.index(call: call.number, isCallee: false), to: caller)
            try sockets.connect(PartySockets.index(call: call.number, isCallee: true), to: callee)
        }
    }

    /// Ends all calls.
    mutating func endCalls() -> ControlClient.Outcome {
        let (name, ending) = (name, calls)
        let outcome = client.run(count: ending.count, outstanding: options.outstanding) {
            chain, reply in
            guard let reply else { return .request(ending[chain].delete(run: name)) }
            return reply.isGranted ? .finished : .failed(reply.refusal)
        }
        calls = []
        return outcome
    }

    /// Ends what is up and gives the report.
    consuming func finish() -> BenchReport {
        if !calls.isEmpty { _ = endCalls() }
        return report
    }

    // MARK: Media

    /// Sends media through the first `count` calls.
    mutating func sendMedia(
        through count: Int, for duration: Duration, _ progress: (BenchProgress) -> Void
    ) -> MediaTally {
        let load = MediaGenerator.Load(
            calls: count, isBothWays: options.isBothWays,
            packetsPerSecond: options.packetsPerSecond, warmUp: options.warmUp,
            duration: duration, tick: options.tick)
        let (probe, stop) = (probe, stop)
        let start = MonotonicClock.now()
        var nextLine = start + .seconds(1)
        return generator.run(load, targetCPU: { probe?.cpuNanoseconds }) { now, tally in
            guard now >= nextLine else { return !stop.isRequested }
            nextLine = now + .seconds(1)
            let seconds = Double((now - start).wholeMilliseconds) / 1000
            progress(BenchProgress(tally.progressLine(calls: count, seconds: seconds)))
            return tally.lateness.maximum < Self.hopelessNanoseconds
        }
    }
}

extension MediaTally {
    /// What has been counted so far, in one line. What is on its way counts as not received yet.
    func progressLine(calls: Int, seconds: Double) -> String {
        let phase = sent == 0 ? "warming up" : "\(String(sent).grouped) sent"
        return "\(seconds.fixed(0).leftPadded(to: 4)) s  \(calls) calls  \(phase)  "
            + "\(String(received).grouped) received  "
            + "p50 \((Double(latency.percentile(0.5)) / 1000).fixed(0)) µs  "
            + "p99 \((Double(latency.percentile(0.99)) / 1000).fixed(0)) µs"
    }
}
