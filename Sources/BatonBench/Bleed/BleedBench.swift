internal import BatonBase
internal import BatonIO

/// Attacks the media ports of a relay while it carries calls, and looks whether anything of it gets
/// through: packets of the attacker at a party (injection), media at the attacker (RTP bleed),
/// streams that are led astray.
///
/// Four phases: a stranger before any call is up; the same during set-up, when the relay knows no
/// party's address from its packets yet; the same with media flowing; and, with media flowing for a
/// while, from a party's own IP address and another port.
public enum BleedBench {
    /// Runs the attack on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError`` as ``RelayBench`` does.
    public static func run(
        _ options: BleedBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        try options.relay.validate()
        let relay = options.relayAddress ?? options.relay.target.ip
        guard options.attacker.family == relay.family else {
            throw .usage("attacker: \(options.attacker) cannot reach \(relay).")
        }
        PreciseTimer.minimiseSlack()
        var run = try RelayBenchRun(options.relay, stop)
        run.report.bench = "bleed"
        try run.attack(options, progress)
        return run.finish()
    }
}

/// What one phase of an attack came to.
struct BleedPhase: Sendable {
    var key: String
    var title: String
    /// The attacker's packets.
    var attackPackets: UInt64 = 0
    /// Of these, how many reached a party.
    var injected: UInt64 = 0
    /// How many datagrams reached the attacker.
    var captured: UInt64 = 0
    /// The media of the phase, `nil` where none was sent.
    var media: MediaTally?

    /// Whether nothing got through and no stream suffered.
    func isHarmless(lossLimit: Double) -> Bool {
        injected == 0 && captured == 0 && (media?.isFaultless(limit: lossLimit) ?? true)
    }

    /// The phase's figures.
    var section: BenchSection {
        var section = BenchSection(key: key, title: title)
        section.add("attackPackets", "attacker's packets", .count(attackPackets), "packets")
        section.add("injected", "of these at a party", .count(injected), "packets")
        section.add("captured", "datagrams at the attacker", .count(captured), "packets")
        guard let media else { return section }
        section.add("sent", "media sent", .count(media.sent), "packets")
        section.add("lost", "media lost", .count(media.lost), "packets")
        section.add("misdirected", "media at the wrong party", .count(media.misdirected), "packets")
        section.add("moved", "streams led astray", .count(UInt64(strayedStreams(media))))
        return section
    }

    /// Streams of which less than half arrived.
    private func strayedStreams(_ media: MediaTally) -> Int {
        let streams = media.receivedByStream
        let each = media.sent / UInt64(max(1, streams.count))
        return streams.filter { UInt64($0) < each / 2 }.count
    }
}

extension RelayBenchRun {
    /// Runs the four phases and enters what came of them.
    mutating func attack(
        _ options: BleedBenchOptions, _ progress: (BenchProgress) -> Void
    ) throws(BenchError) {
        let relay = options.relayAddress ?? options.relay.target.ip
        let rate = options.attackPacketsPerSecond
        var stranger = try PortAttacker(
            from: options.attacker, relay: relay, ports: options.ports, packetsPerSecond: rate)
        enter(attackIdle(&stranger, "before", "before set-up, from another address"), progress)
        enter(try attackSetUp(&stranger), progress)
        enter(attackMedia(&stranger, "media", "media flowing, from another address"), progress)
        var neighbour = try PortAttacker(
            from: options.relay.partyAddress, relay: relay, ports: options.ports,
            packetsPerSecond: rate)
        enter(
            attackMedia(&neighbour, "ownAddress", "media flowing, from a party's own address"),
            progress)
    }

    private mutating func enter(_ phase: BleedPhase, _ progress: (BenchProgress) -> Void) {
        report.sections.append(phase.section)
        if !phase.isHarmless(lossLimit: options.lossLimit) {
            report.isPassed = false
            report.remarks.append("The attack got through: \(phase.title).")
        }
        progress(
            BenchProgress(
                "\(phase.title): \(phase.injected) injected, \(phase.captured) captured"))
    }

    /// The attack alone, on ports that may be closed.
    private mutating func attackIdle(
        _ attacker: inout PortAttacker, _ key: String, _ title: String
    ) -> BleedPhase {
        let (sent, captured) = (attacker.sent, attacker.captured)
        attackAlone(&attacker, for: .seconds(1))
        var phase = BleedPhase(key: key, title: title)
        phase.attackPackets = attacker.sent - sent
        phase.captured = attacker.captured - captured
        phase.injected = generator.readStrangers(calls: sockets.descriptors.count / 2)
        return phase
    }

    private mutating func attackAlone(_ attacker: inout PortAttacker, for duration: Duration) {
        attacker.rest()
        let end = MonotonicClock.now() + duration
        while MonotonicClock.now() < end, !stop.isRequested {
            PreciseTimer.sleep(until: MonotonicClock.now() + .milliseconds(1))
            attacker.turn(at: MonotonicClock.now())
        }
    }

    /// Sets the calls up one by one under attack, and lets them stay silent under attack.
    private mutating func attackSetUp(
        _ attacker: inout PortAttacker
    ) throws(BenchError) -> BleedPhase {
        let (sent, captured) = (attacker.sent, attacker.captured)
        attacker.rest()
        for count in 1...options.calls {
            if let reason = try setUp(to: count).commonestFailure {
                throw .refused("call \(count) failed under attack: \(reason)")
            }
            PreciseTimer.sleep(until: MonotonicClock.now() + .milliseconds(5))
            attacker.turn(at: MonotonicClock.now())
        }
        attackAlone(&attacker, for: .seconds(1))
        var phase = BleedPhase(key: "setUp", title: "during set-up, from another address")
        phase.attackPackets = attacker.sent - sent
        phase.captured = attacker.captured - captured
        phase.injected = generator.readStrangers(calls: options.calls)
        return phase
    }

    /// Sends media under attack.
    private mutating func attackMedia(
        _ attacker: inout PortAttacker, _ key: String, _ title: String
    ) -> BleedPhase {
        let (sent, captured) = (attacker.sent, attacker.captured)
        let load = MediaGenerator.Load(
            calls: options.calls, isBothWays: true, packetsPerSecond: options.packetsPerSecond,
            warmUp: options.warmUp, duration: options.duration, tick: options.tick)
        let stop = stop
        let start = MonotonicClock.now() + options.warmUp
        attacker.rest()
        // The warm-up is the time of honest packets alone, by which a relay may know its parties.
        let tally = generator.run(load) { now, _ in
            if now >= start { attacker.turn(at: now) } else { attacker.rest() }
            return !stop.isRequested
        }
        attacker.collect()
        var phase = BleedPhase(key: key, title: title)
        phase.attackPackets = attacker.sent - sent
        phase.captured = attacker.captured - captured
        phase.injected = tally.foreign
        phase.media = tally
        return phase
    }
}
