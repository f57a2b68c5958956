internal import BatonBase
internal import BatonIO

/// A soak: sessions are made, re-offered and ended at random, with media on a third of them, in
/// waves that each end with no session at all. After each wave the relay's memory and descriptors
/// are read, which must come back to where they were.
public enum ChurnBench {
    /// Runs the soak on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError`` as ``RelayBench`` does.
    public static func run(
        _ options: ChurnBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        try options.validate()
        PreciseTimer.minimiseSlack()
        var churn = try ChurnRun(options, stop)
        for wave in 1...options.waves where !stop.isRequested {
            try churn.runWave(wave, progress)
        }
        return churn.finish()
    }
}

/// The state of a soak. Sessions have places; each third place has sockets and media.
struct ChurnRun: ~Copyable {
    private static let turnLength: Duration = .milliseconds(20)

    private let options: ChurnBenchOptions
    private let stop: BenchStop
    private var base: RelayBenchRun
    private var media: ChurnMedia
    private var random: SplitMix64
    /// The session at each place, `nil` where there is none.
    private var places: [BenchCall?]
    private var nextNumber = 0
    private var counts = ChurnCounts()
    private var residentAfter: [UInt64] = []
    private var descriptorsAfter: [Int] = []
    private let descriptorsBefore: Int?

    init(_ options: ChurnBenchOptions, _ stop: BenchStop) throws(BenchError) {
        var base = try RelayBenchRun(options.relay, stop)
        base.report.bench = "churn"
        try base.sockets.open(calls: (options.sessions + 2) / 3)
        self.options = options
        self.stop = stop
        media = ChurnMedia(run: base.number, sockets: base.sockets)
        random = SplitMix64(seed: options.seed)
        places = Array(repeating: nil, count: options.sessions)
        descriptorsBefore = base.probe?.openDescriptorCount
        self.base = base
    }

    // MARK: Waves

    /// Makes all sessions, churns them until the wave's time is over, ends all, and looks.
    mutating func runWave(
        _ wave: Int, _ progress: (BenchProgress) -> Void
    ) throws(BenchError) {
        let end = MonotonicClock.now() + options.duration / options.waves
        try act(on: Array(places.indices), choose: { _ in .make })
        var nextLine = MonotonicClock.now() + .seconds(1)
        var lastTurn = MonotonicClock.now()
        var due = 0.0
        while MonotonicClock.now() < end, !stop.isRequested {
            let turn = MonotonicClock.now()
            media.turn(speakers)
            let elapsed = Double(turn.nanosecondsSince(lastTurn)) / 1e9
            lastTurn = turn
            due += Double(options.actionsPerSecond) * min(elapsed, 1)
            try act(on: drawPlaces(Int(due)), choose: Self.draw)
            due -= due.rounded(.down)
            if turn >= nextLine {
                nextLine = turn + .seconds(1)
                progress(BenchProgress(line(wave)))
            }
            PreciseTimer.sleep(until: turn + Self.turnLength)
        }
        try act(on: places.indices.filter { places[$0] != nil }, choose: { _ in .end })
        PreciseTimer.sleep(until: MonotonicClock.now() + options.settle)
        enterWave(wave, progress)
    }

    private mutating func enterWave(_ wave: Int, _ progress: (BenchProgress) -> Void) {
        guard let probe = base.probe else { return }
        guard let resident = probe.residentBytes else {
            base.report.remarks.append("The target's process is gone after wave \(wave).")
            base.report.isPassed = false
            return
        }
        residentAfter.append(resident)
        if let count = probe.openDescriptorCount { descriptorsAfter.append(count) }
        let megabytes = (Double(resident) / 1e6).fixed(2)
        progress(
            BenchProgress(
                "after wave \(wave): \(megabytes) MB resident, "
                    + "\(descriptorsAfter.last ?? 0) descriptors"))
    }

    private func line(_ wave: Int) -> String {
        let up = places.filter { $0 != nil }.count
        return "wave \(wave)  \(up) sessions up  \(counts.made) made  "
            + "\(counts.reoffered) re-offered  "
            + "\(counts.ended) ended  \(String(media.sent).grouped) packets sent"
    }

    // MARK: Sessions

    /// Places whose sessions send media now.
    private var speakers: [(place: Int, number: Int)] {
        stride(from: 0, to: places.count, by: 3).compactMap { place in
            guard let call = places[place], call.isEstablished else { return nil }
            return (place / 3, call.number)
        }
    }

    private mutating func drawPlaces(_ count: Int) -> [Int] {
        var drawn: Set<Int> = []
        for _ in 0..<min(count, places.count) {
            drawn.insert(Int(random.next() % UInt64(places.count)))
        }
        return drawn.sorted()
    }

    /// What happens to a session that is up, by a random number: as often a new offer as the end.
    private static func draw(_ number: UInt64) -> ChurnAction {
        switch number % 4 {
        case 0: .reoffer
        case 1: .reofferReversed
        default: .end
        }
    }

    /// Does something with each of these places, with the requests of many in flight together.
    private mutating func act(
        on chosen: [Int], choose: (UInt64) -> ChurnAction
    ) throws(BenchError) {
        guard !chosen.isEmpty else { return }
        var work: [(place: Int, action: ChurnAction, call: BenchCall)] = []
        for place in chosen {
            let number = random.next()
            if let call = places[place] {
                work.append((place, choose(number), call))
            } else {
                work.append((place, .make, makeCall(at: place)))
            }
        }
        let name = base.name
        let outcome = base.client.run(
            count: work.count, outstanding: options.relay.outstanding
        ) { chain, reply in
            work[chain].action.step(&work[chain].call, reply, run: name)
        }
        counts.note(outcome)
        for item in work { try finish(item.place, item.action, item.call) }
    }

    private mutating func makeCall(at place: Int) -> BenchCall {
        nextNumber += 1
        guard place % 3 == 0 else {
            // Sessions without media name ports where nobody listens.
            let port = UInt16(truncatingIfNeeded: 2000 + place % 2000 * 4)
            return BenchCall(
                number: nextNumber,
                caller: SocketAddress(ip: options.relay.partyAddress, port: port),
                callee: SocketAddress(ip: options.relay.partyAddress, port: port + 2))
        }
        media.discard(place: place / 3)
        let caller = PartySockets.index(call: place / 3, isCallee: false)
        return BenchCall(
            number: nextNumber, caller: base.sockets.addresses[caller],
            callee: base.sockets.addresses[caller + 1])
    }

    /// Keeps what has become of a session, and points its sockets at the relay's ports.
    private mutating func finish(
        _ place: Int, _ action: ChurnAction, _ call: BenchCall
    ) throws(BenchError) {
        counts.note(action)
        guard action != .end else {
            places[place] = nil
            return
        }
        guard call.isEstablished else { return }
        places[place] = call
        guard place % 3 == 0, let caller = call.relayForCaller, let callee = call.relayForCallee
        else { return }
        let index = PartySockets.index(call: place / 3, isCallee: false)
        try base.sockets.connect(index, to: caller)
        try base.sockets.connect(index + 1, to: callee)
    }

    // MARK: Report

    /// The report of all waves.
    consuming func finish() -> BenchReport {
        var report = base.report
        var sessions = BenchSection(key: "sessions", title: "sessions")
        sessions.add("made", "made", .count(counts.made))
        sessions.add("reoffered", "re-offered", .count(counts.reoffered))
        sessions.add("ended", "ended", .count(counts.ended))
        let failed = counts.failures.values.reduce(0, +)
        sessions.add("failed", "refused or unanswered", .count(UInt64(failed)))
        sessions.add("packetsSent", "packets sent", .count(media.sent), "packets")
        sessions.add("packetsReceived", "packets received", .count(media.received), "packets")
        sessions.add("packetsWrong", "packets of another session", .count(media.wrong), "packets")
        report.sections.append(sessions)
        for (reason, count) in counts.failures.sorted(by: { $0.key < $1.key }) {
            report.remarks.append("\(count) requests failed: \(reason)")
        }
        report.isPassed = report.isPassed && failed == 0 && media.wrong == 0
        enterProcess(&report)
        return report
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
            if growth > options.growthLimit { report.isPassed = false }
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
