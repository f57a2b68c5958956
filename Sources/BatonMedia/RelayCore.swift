public import BatonBase
internal import BatonRTP

/// What the core tells signalling.
public enum RelayEvent: Hashable, Sendable {
    /// The address that packets to the port's peer go to was learned anew.
    case endpointChanged(PortSlot, SocketAddress)
}

/// What is due at a port.
public enum DuePortAction: Hashable, Sendable {
    /// Ask the system for the drops of the port's receive queue and report them with
    /// ``RelayCore/setReceiveQueueDrops(_:of:)``.
    case inspectReceiveQueue(PortSlot)
    /// Send an empty datagram, to open a NAT's pinhole.
    case pierce(Transmit)
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

    let totalsRow: Int
    var ports: CacheAlignedTable<RelayPort>
    var configurations: [PortConfiguration] = []
    var sources: SourceTables
    /// The line of each sink whose identity is continuous, from its first packet on.
    var identities: [ContinuousIdentity?] = []
    var freeIdentities: [Int32] = []
    var wheel: TimerWheel
    var events: [RelayEvent] = []

    /// A core for ports 0 ..< `portCapacity`, counted in `counters`, which has one row more.
    public init(portCapacity: Int, counters: CounterArena, start: Instant) {
        precondition(counters.rows > portCapacity && counters.columns >= PortCounter.columnCount)
        self.counters = counters
        totalsRow = portCapacity
        counters.clear(row: totalsRow)
        ports = CacheAlignedTable(capacity: portCapacity)
        sources = SourceTables(capacity: portCapacity)
        wheel = TimerWheel(capacity: 0, start: start, resolution: .milliseconds(10))
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
            configurations.append(PortConfiguration(component: .rtp))
        }
        if wheel.capacity < ports.count * 2 { wheel.grow(to: max(256, ports.count * 4)) }
        precondition(!ports[index].isOpen, "port \(index) is open already")
        ports[index] = RelayPort()
        ports[index].isOpen = true
        openPortCount += 1
        counters.clear(row: index)
        // Spread the inspections of ports that were opened together.
        let spread = Duration.milliseconds((index * 37) % 2_000)
        wheel.arm(Self.inspectionTimer(index), at: now + .milliseconds(10) + spread)
    }

    /// Closes a port. Packets that other ports would send by it are dropped from now on.
    public mutating func close(_ slot: PortSlot) {
        let index = Int(slot.index)
        guard isOpen(slot) else { return }
        releaseTables(of: index)
        ports[index] = RelayPort()
        configurations[index] = PortConfiguration(component: .rtp)
        openPortCount -= 1
        wheel.disarm(Self.inspectionTimer(index))
        wheel.disarm(Self.pierceTimer(index))
    }

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

    /// Whether events wait.
    public var hasEvents: Bool { !events.isEmpty }

    mutating func report(_ event: RelayEvent) {
        if events.count < Self.eventCapacity { events.append(event) } else { droppedEvents &+= 1 }
    }

    static func inspectionTimer(_ index: Int) -> Int { index * 2 }
    static func pierceTimer(_ index: Int) -> Int { index * 2 + 1 }
}
