internal import BatonBase
internal import BatonCrypto
internal import BatonIO

/// What ``DTLSBench`` does.
public struct DTLSBenchOptions: Sendable {
    /// Target, calls and limits; its duration is that of the media under the agreed keys.
    public var relay: RelayBenchOptions
    /// How many handshakes run at the same time.
    public var parallel = 16
    /// After how long a handshake is given up.
    public var patience: Duration = .seconds(10)
    /// Whether media goes through each call under the agreed keys.
    public var isMediaChecked = true
    /// Whether the relay is the DTLS client, and begins by itself.
    public var relayBegins = false

    /// The defaults.
    public init(relay: RelayBenchOptions) { self.relay = relay }

    /// The caller has DTLS-SRTP without ICE, with RTCP on the same port, so that there is one
    /// handshake; the callee has plain RTP.
    func plan(_ fingerprint: CertificateFingerprint) -> CallPlan {
        var plan = CallPlan()
        plan.caller.profile = "UDP/TLS/RTP/SAVP"
        plan.caller.usesDTLS = true
        plan.caller.attributes = [
            "fingerprint:\(fingerprint)", "setup:\(relayBegins ? "passive" : "active")",
            "rtcp-mux",
        ]
        plan.callee.attributes = ["rtcp-mux"]
        plan.offerEntries = [.init(key: "transport-protocol", value: "RTP/AVP")]
        return plan
    }
}

/// A load generator for DTLS-SRTP handshakes (RFC 5764) with a relay.
public enum DTLSBench {
    /// Runs the bench on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError``, as ``RelayBench/run(_:stop:progress:)``.
    public static func run(
        _ options: DTLSBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        var relay = options.relay
        relay.mode = .load
        relay.packetsPerSecond = min(relay.packetsPerSecond, 50)
        try relay.validate()
        guard (1...1024).contains(options.parallel) else {
            throw .usage("parallel: 1 to 1024 handshakes.")
        }
        let context = try makeContext(patience: options.patience)
        var run = try RelayBenchRun(
            relay, stop, bench: "dtls", plan: options.plan(context.fingerprint))
        try run.measureHandshakes(options, context, progress)
        return run.finish()
    }

    /// A certificate and what belongs to it, for handshakes that may take `patience`.
    ///
    /// - Throws: `BenchError.system` when OpenSSL will not make one.
    static func makeContext(patience: Duration) throws(BenchError) -> DTLSContext {
        var settings = DTLSSettings()
        settings.handshakeTime = patience
        do throws(DTLSError) {
            let now = Int(WallClock.nanosecondsSince1970() / 1_000_000_000)
            return try DTLSContext(DTLSCertificate(selfSignedAt: now), settings)
        } catch {
            throw .system("DTLS: \(error)")
        }
    }
}

extension RelayBenchRun {
    fileprivate mutating func measureHandshakes(
        _ options: DTLSBenchOptions, _ context: DTLSContext, _ progress: (BenchProgress) -> Void
    ) throws(BenchError) {
        let first = probe?.cpuNanoseconds
        let outcome = try setUp(to: self.options.calls)
        report.sections.append(outcome.section("setUps", "call set-up (offer and answer)"))
        if let reason = outcome.commonestFailure {
            _ = endCalls()
            throw .refused(
                "\(outcome.failureCount) of \(self.options.calls) calls failed: \(reason)")
        }
        let start = GeneratorUsage(target: probe?.cpuNanoseconds)
        var pool = HandshakePool(context, sockets, options)
        try pool.run(calls, stop, progress)
        let end = GeneratorUsage(target: probe?.cpuNanoseconds)
        var section = pool.section(from: start, to: end)
        if let first, let last = end.target, pool.connected > 0 {
            section.add(
                "cpuWithSetUp", "target's CPU for each, call set-up included",
                nanoseconds: (last &- first) / UInt64(pool.connected))
        }
        if !options.relayBegins, let from = start.target, let to = end.target, pool.connected > 0 {
            section.add(
                "cpuPerHandshake", "target's CPU for each handshake",
                nanoseconds: (to &- from) / UInt64(pool.connected))
        }
        report.sections.append(section)
        report.remarks += pool.failures.sorted { $0.key < $1.key }
            .map { "\($0.value) handshakes failed: \($0.key)" }
        report.isPassed = pool.failures.isEmpty && pool.connected == calls.count
        if options.isMediaChecked, report.isPassed { try checkMedia(pool.keys, progress) }
        _ = endCalls()
    }

    /// Media under the agreed keys: that a handshake ends well says little if its keys do not fit.
    private mutating func checkMedia(
        _ keys: [DTLSKeys?], _ progress: (BenchProgress) -> Void
    ) throws(BenchError) {
        for (number, keys) in keys.enumerated() {
            guard let keys else { continue }
            try setProtection(
                PartyProtection(sending: keys.outbound, receiving: keys.inbound),
                PartySockets.index(call: number, isCallee: false))
        }
        let tally = sendMedia(through: calls.count, for: options.duration, progress)
        report.sections.append(tally.section(options))
        report.remarks += tally.remarks(options)
        report.isPassed = tally.isFaultless(limit: options.lossLimit)
    }
}

/// Handshakes, a number of them at a time.
private struct HandshakePool: ~Copyable {
    private let context: DTLSContext
    private let sockets: PartySockets
    private let options: DTLSBenchOptions
    private var running: [Handshake] = []
    private var burst = DatagramBurst(capacity: 8, datagramBytes: 4096)
    private var buffer = [UInt8](repeating: 0, count: 4096)
    private var waits = LatencyHistogram()
    private var retransmissions = 0
    private(set) var connected = 0
    private(set) var failures: [String: Int] = [:]
    /// The keys of each call.
    private(set) var keys: [DTLSKeys?] = []

    init(_ context: DTLSContext, _ sockets: PartySockets, _ options: DTLSBenchOptions) {
        self.context = context
        self.sockets = sockets
        self.options = options
    }

    /// Runs a handshake in each call.
    mutating func run(
        _ calls: [BenchCall], _ stop: BenchStop, _ progress: (BenchProgress) -> Void
    ) throws(BenchError) {
        keys = Array(repeating: nil, count: calls.count)
        var next = 0
        var nextLine = MonotonicClock.now() + .seconds(1)
        while next < calls.count || !running.isEmpty, !stop.isRequested {
            // A relay that begins does so in all calls at once.
            let most = options.relayBegins ? calls.count : options.parallel
            while next < calls.count, running.count < most {
                let index = PartySockets.index(call: next, isCallee: false)
                running.append(
                    try Handshake(
                        calls[next], sockets.descriptors[index], context,
                        isActive: !options.relayBegins))
                next += 1
            }
            let isIdle = !turn()
            let now = MonotonicClock.now()
            if isIdle { PreciseTimer.sleep(until: now + .microseconds(50)) }
            if now >= nextLine {
                nextLine = now + .seconds(1)
                progress(BenchProgress("\(connected) of \(calls.count) handshakes"))
            }
        }
    }

    /// Serves each handshake once; false when nothing happened.
    private mutating func turn() -> Bool {
        var isBusy = false
        let handshakes = running
        for handshake in handshakes {
            if serve(handshake) { isBusy = true }
        }
        running.removeAll { !$0.isRunning }
        return isBusy
    }

    private mutating func serve(_ handshake: Handshake) -> Bool {
        let isBusy = handshake.turn(&burst, &buffer)
        while let event = handshake.nextEvent() { enter(event, of: handshake) }
        return isBusy
    }

    private mutating func enter(_ event: DTLSEvent, of handshake: Handshake) {
        switch event {
        case .connected(let agreed):
            connected += 1
            keys[handshake.call] = agreed
            waits.record(
                nanoseconds: MonotonicClock.now().nanosecondsSince(handshake.begun))
            retransmissions += handshake.association.counters.retransmissions
        case .failed(let failure): failures["\(failure)", default: 0] += 1
        case .closed: failures["the relay ended it", default: 0] += 1
        }
    }

    /// What it came to.
    func section(from start: GeneratorUsage, to end: GeneratorUsage) -> BenchSection {
        var section = BenchSection(key: "handshakes", title: "DTLS handshakes")
        section.add("finished", "handshakes", .count(UInt64(connected)))
        section.add("parallel", "at the same time", .count(UInt64(options.parallel)))
        let seconds = Double(max(1, (end.time - start.time).wholeNanoseconds)) / 1e9
        section.add(
            "perSecond", "handshakes a second", .number(Double(connected) / seconds, digits: 0),
            "1/s")
        section.add("timeP50", "time of a handshake, p50", nanoseconds: waits.percentile(0.5))
        section.add("timeP99", "time of a handshake, p99", nanoseconds: waits.percentile(0.99))
        section.add(
            "retransmissions", "flights sent again", .count(UInt64(max(0, retransmissions))))
        section.add(
            "generatorCPU", "the generator's CPU for each",
            nanoseconds: (end.thread &- start.thread) / UInt64(max(1, connected)))
        return section
    }
}
