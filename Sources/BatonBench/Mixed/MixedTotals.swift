internal import BatonBase

/// What the calls of one kind came to.
struct MixedTotals: Sendable {
    private(set) var calls: UInt64 = 0
    private(set) var sent: UInt64 = 0
    private(set) var received: UInt64 = 0
    private(set) var unsent: UInt64 = 0
    /// What did not come, by where it was lost.
    private(set) var losses = MixedLosses()
    private(set) var disorder: UInt64 = 0
    private(set) var strange: UInt64 = 0
    private(set) var jumps: UInt64 = 0
    /// Listeners that do not hear their tone.
    private(set) var toneless: UInt64 = 0
    /// Listeners to whom the relay played less than 50 packets a second.
    private(set) var underfed: UInt64 = 0

    /// Whether the relay has done nothing wrong.
    var isFaultless: Bool {
        losses.byRelay == 0 && losses.inRelayQueues == 0 && disorder == 0 && strange == 0
            && jumps == 0 && toneless == 0 && underfed == 0
    }

    /// Enters a call that has ended.
    mutating func enter(_ call: MixedCall) throws(BenchError) {
        calls += 1
        losses.add(call.losses)
        for stream in call.streams {
            sent &+= stream.sent &+ stream.refused
            received &+= stream.received
            unsent &+= stream.unsent
            disorder &+= stream.disorder
            strange &+= stream.strange
            jumps &+= stream.jumps
            if try stream.hearsTone() == false { toneless += 1 }
        }
        if isUnderfed(call) { underfed += 1 }
    }

    /// A player keeps its own time, and leaves out what a busy machine made it miss: some packets
    /// less are no fault, but many are.
    private func isUnderfed(_ call: MixedCall) -> Bool {
        guard let (from, to) = call.playing, let heard = call.streams.first else { return false }
        let expected = Double(to.nanosecondsSince(from)) / 20e6
        return Double(heard.received) < 0.95 * expected - 10
    }

    /// Adds the calls of another kind.
    mutating func add(_ other: MixedTotals) {
        calls &+= other.calls
        sent &+= other.sent
        received &+= other.received
        unsent &+= other.unsent
        losses.add(other.losses)
        disorder &+= other.disorder
        strange &+= other.strange
        jumps &+= other.jumps
        toneless &+= other.toneless
        underfed &+= other.underfed
    }

    /// The figures.
    func section(key: String, title: String) -> BenchSection {
        var section = BenchSection(key: key, title: title)
        section.add("calls", "calls", .count(calls))
        section.add("sent", "sent", .count(sent), "packets")
        section.add("received", "received", .count(received), "packets")
        section.add("lost", "lost by the relay", .count(losses.byRelay), "packets")
        section.add(
            "lostInQueues", "lost in the relay's receive queues", .count(losses.inRelayQueues),
            "packets")
        section.add(
            "lostByGenerator", "lost in the generator's receive queues",
            .count(losses.byGenerator), "packets")
        section.add("disorder", "out of order, or too many", .count(disorder), "packets")
        section.add("strange", "changed, or not ours", .count(strange), "packets")
        return section
    }
}

/// What did not arrive, by where it was lost.
struct MixedLosses: Hashable, Sendable {
    /// In the receive queues of the generator's sockets.
    private(set) var byGenerator: UInt64 = 0
    /// In the receive queues of the relay's sockets: it came too late to read them.
    private(set) var inRelayQueues: UInt64 = 0
    /// In neither: the relay had them.
    private(set) var byRelay: UInt64 = 0

    init() {}

    /// Of `lost` packets the generator's sockets can have dropped `ownDrops` and the relay's
    /// `relayDrops`.
    init(lost: UInt64, ownDrops: UInt64, relayDrops: UInt64) {
        byGenerator = min(lost, ownDrops)
        inRelayQueues = min(lost - byGenerator, relayDrops)
        byRelay = lost - byGenerator - inRelayQueues
    }

    /// Adds what another stream has lost.
    mutating func add(_ other: MixedLosses) {
        byGenerator &+= other.byGenerator
        inRelayQueues &+= other.inRelayQueues
        byRelay &+= other.byRelay
    }
}
