internal import BatonBase
internal import BatonCrypto
internal import BatonIO
internal import Glibc

/// A soak with calls of every kind: plain, with SRTP, DTLS, transcoded, recorded, with music on
/// hold. They are made and ended at random, in waves that each end with no call at all, and every
/// packet is accounted for. After each wave the relay's memory and descriptors are read, which must
/// come back to where they were.
public enum MixedBench {
    /// Runs the soak on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError`` as ``RelayBench`` does.
    public static func run(
        _ options: MixedBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        try options.validate()
        PreciseTimer.minimiseSlack()
        var run = try MixedRun(options, stop)
        for wave in 1...options.waves where !stop.isRequested {
            try run.runWave(wave, progress)
        }
        return run.finish()
    }
}

/// The state of a soak. Calls have places, each with two sockets.
struct MixedRun: ~Copyable {
    /// A place that waits for its next call, or has one.
    struct Place {
        var call: MixedCall?
        var nextStart: Instant
        /// Its own dice, so that its calls are the same in every run with the same seed.
        var random: SplitMix64
    }

    private static let turnLength: Duration = .milliseconds(1)
    private static let upkeepInterval: Duration = .milliseconds(20)
    /// Between a call and the next one at its place.
    private static let greatestPauseMs = 1_000
    static let handshakePatience: Duration = .seconds(10)
    /// Between the end of a handshake and the first packet. Who has sent the last flight is done
    /// before its peer, which has no keys until it has read that flight.
    private static let handshakePause: Duration = .milliseconds(200)

    let options: MixedBenchOptions
    let stop: BenchStop
    var base: RelayBenchRun
    var media: MixedMedia
    var places: [Place]
    let dtls: DTLSContext
    var nextNumber = 0
    var totals: [MixedCallKind: MixedTotals] = [:]
    var counts = MixedCounts()
    var residentAfter: [UInt64] = []
    var descriptorsAfter: [Int] = []
    let descriptorsBefore: Int?

    init(_ options: MixedBenchOptions, _ stop: BenchStop) throws(BenchError) {
        let base = try RelayBenchRun(options.relay, stop, bench: "mixed")
        try base.sockets.open(calls: options.calls)
        let media = try MixedMedia(
            run: base.number, sockets: base.sockets, relay: options.relay)
        let dtls = try DTLSBench.makeContext(patience: Self.handshakePatience)
        self.options = options
        self.stop = stop
        self.dtls = dtls
        let now = MonotonicClock.now()
        var seeds = SplitMix64(seed: options.seed)
        places = (0..<options.calls).map { _ in
            Place(call: nil, nextStart: now, random: SplitMix64(seed: seeds.next()))
        }
        descriptorsBefore = base.probe?.openDescriptorCount
        self.media = media
        self.base = base
    }

    // MARK: Waves

    /// Has calls come and go until the wave's time is over, ends them, and looks at the relay.
    mutating func runWave(
        _ wave: Int, _ progress: (BenchProgress) -> Void
    ) throws(BenchError) {
        let begun = MonotonicClock.now()
        let end = begun + options.duration / options.waves
        staggerStarts(from: begun, within: min(.seconds(10), (end - begun) / 8))
        var nextUpkeep = begun
        var nextLine = begun + .seconds(1)
        while true {
            let now = MonotonicClock.now()
            let isOver = now >= end || stop.isRequested
            for place in places {
                if let call = place.call { media.serve(call, at: now) }
            }
            if now >= nextUpkeep {
                nextUpkeep = now + Self.upkeepInterval
                try keepUp(at: now, isOver: isOver)
                if isOver, !places.contains(where: { $0.call != nil }) { break }
            }
            if now >= nextLine {
                nextLine = now + .seconds(1)
                progress(BenchProgress(line(wave, seconds: (now - begun).wholeMilliseconds / 1000)))
            }
            PreciseTimer.sleep(until: now + Self.turnLength)
        }
        awaitEnd(of: wave)
        progress(BenchProgress("wave \(wave): all calls have ended"))
        PreciseTimer.sleep(until: MonotonicClock.now() + options.settle)
        look(after: wave, progress)
    }

    /// The first calls of a wave do not all begin at once.
    private mutating func staggerStarts(from begun: Instant, within window: Duration) {
        let most = max(1, window.wholeMilliseconds)
        for place in places.indices {
            places[place].nextStart =
                begun + .milliseconds(Int.random(in: 0..<most, using: &places[place].random))
        }
    }

    /// What is to be done every few packets: handshakes, the ends of calls, new calls.
    private mutating func keepUp(at now: Instant, isOver: Bool) throws(BenchError) {
        var ending: [MixedCall] = []
        for call in places.compactMap(\.call) where advance(call, at: now, isOver: isOver) {
            ending.append(call)
        }
        try end(ending)
        guard !isOver else { return }
        let due = places.indices.filter {
            places[$0].call == nil && places[$0].nextStart <= now
        }
        try make(due)
    }

    /// Moves a call on; true when it is to be ended.
    private mutating func advance(_ call: MixedCall, at now: Instant, isOver: Bool) -> Bool {
        if now >= call.endsAt || isOver, call.phase == .talking {
            call.phase = .draining
            call.lastArrival = max(call.lastArrival, now)
        }
        switch call.phase {
        case .failed: return true
        case .talking: return false
        case .handshaking:
            advanceHandshake(call, at: now)
            return call.phase == .failed
        case .draining:
            media.read(call, at: now)
            if call.streams.allSatisfy(\.isComplete) { return true }
            return now - call.lastArrival >= options.patience
        }
    }

    private mutating func advanceHandshake(_ call: MixedCall, at now: Instant) {
        switch media.handshake(call) {
        case nil: return
        case .connected(let keys)?:
            do throws(BenchError) {
                call.protections[0] = try PartyProtection(
                    sending: keys.outbound, receiving: keys.inbound)
                beginTalking(call, at: now + Self.handshakePause)
                return
            } catch {
                counts.note("handshake: \(error)")
            }
        case .failed(let failure)?: counts.note("handshake: \(failure)")
        case .closed?: counts.note("handshake: the relay ended it")
        }
        call.phase = .failed
    }

    /// The call sends from now on, for a time that the dice say.
    mutating func beginTalking(_ call: MixedCall, at now: Instant) {
        let place = call.place
        call.phase = .talking
        let phase = Int.random(in: 0..<20_000, using: &places[place].random)
        call.firstDue = now + .microseconds(phase)
        let mean = Double(options.meanLife.wholeMilliseconds)
        let life = -mean * log(Double.random(in: 1e-4..<1, using: &places[place].random))
        call.endsAt = call.firstDue + .milliseconds(Int(max(100, life)))
    }

    /// A pause before the next call at a place.
    mutating func free(_ place: Int) {
        places[place].call = nil
        places[place].nextStart =
            MonotonicClock.now()
            + .milliseconds(
                Int.random(in: 0..<Self.greatestPauseMs, using: &places[place].random))
    }

    private func line(_ wave: Int, seconds: Int) -> String {
        let up = places.count { $0.call != nil }
        let lost = totals.values.reduce(0) { $0 &+ $1.losses.byRelay &+ $1.losses.inRelayQueues }
        return "wave \(wave)  \(String(seconds).leftPadded(to: 4)) s  \(up) calls up  "
            + "\(counts.made) made  \(counts.ended) ended  "
            + "\(String(media.sent).grouped) packets sent  \(lost) lost"
    }

    // MARK: After a wave

    /// Waits until the relay names no call any more.
    private mutating func awaitEnd(of wave: Int) {
        let limit = MonotonicClock.now() + options.endPatience
        var left = 0
        repeat {
            guard let count = listedCalls() else {
                counts.note("list: no reply that names calls")
                return
            }
            left = count
            if left == 0 { return }
            PreciseTimer.sleep(until: MonotonicClock.now() + .milliseconds(250))
        } while MonotonicClock.now() < limit
        base.report.remarks.append("\(left) calls were still listed after wave \(wave).")
        base.report.isPassed = false
    }

    private mutating func listedCalls() -> Int? {
        var count: Int?
        _ = base.client.run(count: 1, outstanding: 1) { _, reply in
            guard let reply else {
                return .request(
                    .dictionary([
                        .init(key: "limit", value: .integer(100)),
                        .init(key: "command", value: "list"),
                    ]))
            }
            count = reply.callCount
            return .finished
        }
        return count
    }

    private mutating func look(after wave: Int, _ progress: (BenchProgress) -> Void) {
        guard let probe = base.probe else { return }
        guard let resident = probe.residentBytes else {
            base.report.remarks.append("The target's process is gone after wave \(wave).")
            base.report.isPassed = false
            return
        }
        residentAfter.append(resident)
        if let count = probe.openDescriptorCount { descriptorsAfter.append(count) }
        progress(
            BenchProgress(
                "after wave \(wave): \((Double(resident) / 1e6).fixed(2)) MB resident, "
                    + "\(descriptorsAfter.last ?? 0) descriptors"))
    }
}

/// How many calls there were, and what was refused.
struct MixedCounts: Sendable {
    var made: UInt64 = 0
    var ended: UInt64 = 0
    /// How many recordings were made as WAV and as PCAP, and the packets in the latter's calls.
    var recordedWAV: UInt64 = 0
    var recordedPCAP: UInt64 = 0
    var packetsInPCAP: UInt64 = 0
    private(set) var failures: [String: Int] = [:]

    /// Notes what has failed.
    mutating func note(_ failure: String) { failures[failure, default: 0] += 1 }

    /// Notes the requests that have failed.
    mutating func note(_ outcome: ControlClient.Outcome, _ what: String) {
        for (reason, count) in outcome.failures {
            failures["\(what): \(reason)", default: 0] += count
        }
    }

    /// How much has failed.
    var failureCount: Int { failures.values.reduce(0, +) }
}
