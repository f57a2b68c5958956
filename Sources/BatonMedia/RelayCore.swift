public import BatonBase
public import BatonCrypto
internal import BatonICE
internal import BatonRTP

/// What the core tells signalling.
public enum RelayEvent: Hashable, Sendable {
    /// The address that packets to the port's peer go to was learned anew.
    case endpointChanged(PortSlot, SocketAddress)
    /// ICE has found a pair at the port, has failed, or the peer has stopped agreeing to receive.
    case iceStateChanged(PortSlot, ICEState)
    /// The port's handshake is over: packets are protected from now on.
    case secured(PortSlot, SRTPProtectionProfile)
    /// The port's handshake has failed, with a sentence that says why.
    case securityFailed(PortSlot, String)
    /// The port's peer has pressed a key, and has let go of it.
    case digit(PortSlot, PressedDigit)
    /// The playback of this number is over: it has come to its end, or another took its place.
    case playingEnded(PortSlot, UInt32)
    /// What is to be converted at the port cannot be, and is dropped: there is no transcoder for
    /// it. Told once for a conversion.
    case conversionFailed(PortSlot)

    /// The port that it is about.
    public var port: PortSlot {
        switch self {
        case .endpointChanged(let port, _), .iceStateChanged(let port, _), .secured(let port, _),
            .securityFailed(let port, _), .digit(let port, _), .playingEnded(let port, _),
            .conversionFailed(let port):
            port
        }
    }
}

/// What is due at a port.
public enum DuePortAction: Hashable, Sendable {
    /// Ask the system for the drops of the port's receive queue and report them with
    /// ``RelayCore/setReceiveQueueDrops(_:of:)``.
    case inspectReceiveQueue(PortSlot)
    /// Send an empty datagram, to open a NAT's pinhole.
    case pierce(Transmit)
    /// Send what the core has made itself before asking for more: its room is limited.
    case sendOutgoing
}

/// The packet path's core: datagrams and the time in, datagrams out. One for each media worker.
///
/// It owns the worker's port table and writes the worker's counters. It opens no socket, reads no
/// clock and, once its ports are open, allocates nothing: tables have room from the start and pages
/// are touched as ports are opened.
public struct RelayCore: ~Copyable {
    /// How often each port's receive queue is looked at.
    public static let inspectionInterval = Duration.seconds(2)
    /// How often, and at which interval, an empty datagram is sent to open a pinhole.
    static let pierceAttempts: UInt8 = 20
    static let pierceInterval = Duration.milliseconds(200)
    /// How many events wait for signalling at most; more are dropped and counted.
    static let eventCapacity = 1_024

    /// The counters: a row for each port, columns as in ``PortCounter`` and ``SourceCounter``, and
    /// behind them one row with the worker's totals of what was dropped or not sent.
    public let counters: CounterArena
    /// Events that found no room since the start.
    public internal(set) var droppedEvents: UInt64 = 0

    /// The most effort that Opus encoders may take from their next packet on, 0…10: less than 10
    /// while the worker is busy (``EncodingEffort``).
    public var complexityLimit = 10

    let totalsRow: Int
    var ports: CacheAlignedTable<RelayPort>
    var configurations: [PortConfiguration] = []
    var sources: SourceTables
    /// The line of each sink whose identity is continuous, from its first packet on.
    var identities: [ContinuousIdentity?] = []
    var freeIdentities: [Int32] = []
    /// What secured ports have beyond plain ones, by port.
    var securities: CacheAlignedTable<PortSecurity>
    var agents: [PortAgent?] = []
    var freeAgents: [Int32] = []
    var contexts: ResourceTable<SRTPContext>
    var converters: ResourceTable<PortConverter>
    var associations: ResourceTable<PortAssociation>
    /// The lines of ports that several share.
    var bundles: ResourceTable<PortBundle>
    /// What is known of pressed keys, and by port where.
    var digits: ResourceTable<PortDigits>
    var digitPlaces: [Int32] = []
    /// What is reported to the parties, and each port's number in it.
    var reporters: ResourceTable<RTCPSession>
    var reporterNumbers: [Int32] = []
    /// The wall clock's nanoseconds since 1970 less those of the monotonic one.
    var wallClockOffset: UInt64 = 0
    var handshakes: HandshakeQueue
    /// Make associations, the newest first; none while there is no certificate.
    var dtlsContexts: [NumberedDTLSContext] = []
    /// What the core itself has to send.
    var outbox: PacketOutbox
    /// Takes copies of what arrives at tapped ports, `nil` when nobody records.
    var tapRing: PacketRing?
    var players = PortPlayers()
    var wheel: TimerWheel
    var events: [RelayEvent] = []
    var generator: SplitMix64
    let authenticator = MessageIntegrity()
    let iceSettings = ICESettings()

    /// How many datagrams of the core's own wait for the driver at most.
    static let outboxCapacity = 128

    /// How many certificates are in use at a time: a call lasts no longer than one of them.
    static let certificatesMax = 2

    /// How many handshake datagrams wait for their turn at most.
    static let handshakeCapacity = 256

    /// A core for ports 0 ..< `portCapacity`, counted in `counters`, which has one row more.
    ///
    /// - Parameter seed: random bits for identifiers of checks.
    public init(portCapacity: Int, counters: CounterArena, start: Instant, seed: UInt64 = 0) {
        precondition(counters.rows > portCapacity && counters.columns >= PortCounter.columnCount)
        self.counters = counters
        totalsRow = portCapacity
        counters.clear(row: totalsRow)
        ports = CacheAlignedTable(capacity: portCapacity)
        sources = SourceTables(capacity: portCapacity)
        wheel = TimerWheel(capacity: 0, start: start, resolution: .milliseconds(10))
        securities = CacheAlignedTable(capacity: portCapacity)
        contexts = ResourceTable(capacity: portCapacity * 2)
        converters = ResourceTable(capacity: portCapacity)
        associations = ResourceTable(capacity: portCapacity)
        bundles = ResourceTable(capacity: portCapacity)
        digits = ResourceTable(capacity: portCapacity)
        digitPlaces.reserveCapacity(portCapacity)
        reporters = ResourceTable(capacity: portCapacity)
        reporterNumbers.reserveCapacity(portCapacity)
        handshakes = HandshakeQueue(capacity: Self.handshakeCapacity)
        outbox = PacketOutbox(capacity: Self.outboxCapacity)
        generator = SplitMix64(seed: seed)
        configurations.reserveCapacity(portCapacity)
        events.reserveCapacity(Self.eventCapacity)
    }

    /// The number of ports that are open.
    public private(set) var openPortCount = 0

    /// Opens a port: its counters start at zero, and it drops everything until it is configured.
    public mutating func open(_ slot: PortSlot, at now: Instant) {
        let index = Int(slot.index)
        while ports.count <= index {
            ports.append(RelayPort())
            securities.append(PortSecurity())
            digitPlaces.append(RelayPort.none)
            reporterNumbers.append(RelayPort.none)
            configurations.append(PortConfiguration(component: .rtp))
        }
        let timers = ports.count * PortTimer.count
        if wheel.capacity < timers { wheel.grow(to: max(256, timers * 2)) }
        precondition(!ports[index].isOpen, "port \(index) is open already")
        ports[index] = RelayPort()
        ports[index].isOpen = true
        openPortCount += 1
        counters.clear(row: index)
        // Spread the inspections of ports that were opened together.
        let spread = Duration.milliseconds((index * 37) % 2_000)
        wheel.arm(
            PortTimer.inspection.number(of: index), at: now + .milliseconds(10) + spread)
    }

    /// Closes a port. Packets that other ports would send by it are dropped from now on.
    public mutating func close(_ slot: PortSlot) {
        let index = Int(slot.index)
        guard isOpen(slot) else { return }
        sayGoodbye(of: index)
        releaseReporter(of: index)
        releaseTables(of: index)
        if ports[index].converter >= 0 { converters.remove(ports[index].converter) }
        releaseSecurity(of: index)
        releaseDigits(of: index)
        releasePlayers(of: index)
        ports[index] = RelayPort()
        configurations[index] = PortConfiguration(component: .rtp)
        openPortCount -= 1
        for timer in PortTimer.allCases { wheel.disarm(timer.number(of: index)) }
    }

    /// Whether packets of any port are decoded or encoded.
    public var isConverting: Bool { converters.count > 0 }

    /// Has what a packet at `slot` needs first fetched from memory, one turn before it is received.
    @inline(__always)
    public func prefetch(_ slot: PortSlot) {
        ports.prefetch(Int(slot.index))
    }

    /// Has the rest fetched, while the packet itself is: what is known of its source, its sink.
    @inline(__always)
    public func prefetchRoute(_ slot: PortSlot) {
        let index = Int(slot.index)
        guard isOpen(slot) else { return }
        counters.prefetch(row: index, column: PortCounter.packetsIn.rawValue)
        counters.prefetch(row: index, column: PortCounter.firstSourceColumn)
        sources.prefetch(Int(ports[index].sourceTable))
        let sink = Int(ports[index].rtpSink)
        guard sink >= 0 else { return }
        ports.prefetch(sink)
        counters.prefetch(row: sink, column: PortCounter.packetsOut.rawValue)
    }

    /// Whether the port is open.
    public func isOpen(_ slot: PortSlot) -> Bool {
        slot.index >= 0 && Int(slot.index) < ports.count && ports[Int(slot.index)].isOpen
    }

    /// Takes the events since the last call, oldest first, into `list`.
    public mutating func drainEvents(into list: inout [RelayEvent]) {
        guard !events.isEmpty else { return }
        list.append(contentsOf: events)
        events.removeAll(keepingCapacity: true)
    }

    /// Makes the handshakes with parties that were shown the fingerprint of certificate `number`.
    ///
    /// The one before it is kept for those that were shown it; handshakes under way keep their
    /// certificate.
    public mutating func addDTLSContext(_ context: DTLSContext, number: UInt32 = 0) {
        dtlsContexts.removeAll { $0.number == number }
        dtlsContexts.insert(NumberedDTLSContext(number: number, context: context), at: 0)
        if dtlsContexts.count > Self.certificatesMax { dtlsContexts.removeLast() }
    }

    /// Copies of what arrives at tapped ports go to `ring` from now on; this core is its writer.
    public mutating func setTapRing(_ ring: PacketRing?) {
        tapRing = ring
    }

    /// How many datagrams of the core's own wait to be sent.
    public var outgoingCount: Int { outbox.entries.count }

    /// The datagram `index`, 0 ..< ``outgoingCount``: which port sends it, and where to.
    public func outgoing(_ index: Int) -> Transmit { outbox.entries[index] }

    /// Whether they should be sent before the core is asked for more: there may not be room.
    public var wantsToSend: Bool { outbox.entries.count > Self.outboxCapacity / 2 }

    /// Its bytes.
    @_lifetime(borrow self)
    public func outgoingBytes(_ index: Int) -> RawSpan { outbox.bytes(of: index) }

    /// Forgets them: they have been sent.
    public mutating func removeOutgoing() {
        outbox.removeAll()
        let dropped = outbox.takeDropped()
        guard dropped > 0 else { return }
        counters.add(dropped, row: totalsRow, column: PortCounter.sendErrors.rawValue)
    }

    /// Whether events wait.
    public var hasEvents: Bool { !events.isEmpty }

    mutating func report(_ event: RelayEvent) {
        if events.count < Self.eventCapacity { events.append(event) } else { droppedEvents &+= 1 }
    }

    func store(_ value: some BinaryInteger, _ counter: PortCounter, _ index: Int) {
        counters.store(UInt64(truncatingIfNeeded: value), row: index, column: counter.rawValue)
    }
}

/// What a port waits for on the wheel.
enum PortTimer: Int, CaseIterable {
    case inspection, pierce, agent, handshake, conversion, digits, reports, player

    static var count: Int { allCases.count }

    func number(of port: Int) -> Int { port &* Self.count &+ rawValue }
}
