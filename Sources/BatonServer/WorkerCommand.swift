public import BatonCrypto
public import BatonMedia

/// What signalling tells a media worker.
public enum WorkerCommand: Sendable {
    /// The descriptor of a bound UDP socket belongs to this port from now on; the worker closes it.
    case open(PortSlot, descriptor: Int32)
    /// A port's configuration, or its end.
    case port(PortCommand)
    /// Parties are shown the fingerprint of this certificate from now on.
    case certificate(DTLSCertificate, number: UInt32)
}

/// What a media worker tells signalling.
public enum WorkerEvent: Hashable, Sendable {
    /// The port's socket is closed: its slot and its port number may be used again.
    case closed(PortSlot)
    /// The port could not be watched: its descriptor is closed, nothing will arrive there.
    case openFailed(PortSlot, errno: Int32)
    /// What the packet path has seen.
    case relay(RelayEvent)
    /// Opus encoders may take so much effort at most, 0…10, since the worker was busy for so many
    /// percent of the time.
    case effortChanged(complexityLimit: Int, busyPercent: Int)
}

/// The columns of a worker's own row of counters.
public enum WorkerCounter: Int, CaseIterable, Sendable {
    /// Times that Dispatch woke the worker.
    case wakeups
    /// Nanoseconds of wall time spent at work, not waiting.
    case busyNanoseconds
    /// Datagrams received.
    case packetsIn
    /// Datagrams sent.
    case packetsOut
    /// Bytes received.
    case bytesIn
    /// Bytes sent.
    case bytesOut
    /// Times that a port had more datagrams than it may have handled at once, and was put back.
    case fullVectors
    /// Ports open now.
    case openPorts
    /// Events for signalling that found no room.
    case droppedEvents
    /// The most effort that Opus encoders may take now, 0…10.
    case complexityLimit

    /// The width of the row.
    static var columnCount: Int { WorkerCounter.complexityLimit.rawValue + 1 }
}

/// How large a media worker's tables are and how much it does at a time.
public struct MediaWorkerLimits: Hashable, Sendable {
    /// Ports (sockets) that the worker can hold.
    public var ports = 20_000
    /// The longest datagram that is relayed, in bytes; longer ones are dropped and counted.
    public var datagramBytes = 2_048
    /// Datagrams that one port may have handled before it is the others' turn.
    public var datagramsPerPort = 16
    /// Handshake datagrams that are worked on before it is the media's turn again: each may cost as
    /// much as a hundred packets.
    public var handshakesPerRound = 4
    /// How long the worker waits for more after the last datagram before it gives its queue back
    /// to Dispatch, in milliseconds.
    public var lingerMilliseconds: Int32 = 20

    /// The defaults.
    public init() {}
}
