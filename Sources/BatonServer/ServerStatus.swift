public import BatonBase
public import BatonMedia

/// The server at a glance, for the API and the metrics.
public struct ServerStatus: Hashable, Sendable {
    /// What the server is doing.
    public enum Phase: String, Hashable, Sendable {
        /// Serving.
        case serving
        /// No new sessions; running ones go on.
        case draining
        /// Over.
        case stopped
    }

    /// What the server is doing.
    public var phase: Phase
    /// The software name.
    public var software: String
    /// Seconds since the start.
    public var uptimeSeconds: Int
    /// Counts of sessions and control messages.
    public var totals: ControlTotals
    /// The interfaces and their ports.
    public var interfaces: [InterfaceUsage]
    /// The media workers.
    public var workers: [WorkerStatus]
    /// Where ng is listened for.
    public var listeners: [ListenerStatus]
    /// CPU use of the process over the last second, in percent of one processor.
    public var cpuPercentOfOneCore: Double
    /// Media in and out over the last second, in bits a second.
    public var bitsPerSecond: UInt64
    /// RTP and RTCP packets received over the last second.
    public var packetsPerSecond: UInt64
    /// How often binding a port failed because another program held it.
    public var portsTakenByOthers: UInt64
    /// Streams by what becomes of their packets, of sessions that have not ended.
    public var streams: [RouteKind: Int]
    /// What conversions have made up for or missed.
    public var conversions: ConversionTotals
    /// Recordings, and audio that is sent to listeners.
    public var recording: RecordingStatus
}

/// What the conversions of all workers have counted since the start.
public struct ConversionTotals: Hashable, Sendable {
    /// Lost packets whose audio was made up.
    public var concealedPackets: UInt64 = 0
    /// Lost packets that were recovered from later ones.
    public var recoveredPackets: UInt64 = 0
    /// Packets that came too late.
    public var latePackets: UInt64 = 0
    /// Packets that could not be decoded.
    public var malformedPayloads: UInt64 = 0
}

/// One media worker. Counts run from its start.
public struct WorkerStatus: Hashable, Sendable {
    /// Its number.
    public var index: Int
    /// Ports that it holds.
    public var openPorts: Int
    /// How many it can hold.
    public var portCapacity: Int
    /// Sessions that it carries.
    public var sessions: Int
    /// Datagrams received.
    public var packetsReceived: UInt64
    /// Datagrams sent.
    public var packetsSent: UInt64
    /// Bytes received.
    public var bytesReceived: UInt64
    /// Bytes sent.
    public var bytesSent: UInt64
    /// Times that it was woken.
    public var wakeups: UInt64
    /// Nanoseconds of wall time spent awake.
    public var busyNanoseconds: UInt64
    /// Times that a port had more datagrams than it may have handled at once.
    public var fullVectors: UInt64
    /// The most effort that Opus encoders may take now, 0…10; below 10 while it is busy.
    public var complexityLimit: Int
    /// Packets not relayed, by reason; zeros left out.
    public var drops: [String: UInt64]
}

/// One control socket.
public struct ListenerStatus: Hashable, Sendable {
    /// `udp` or `tcp`.
    public var transport: String
    /// Its local address.
    public var address: SocketAddress

    /// The socket at `address`.
    public init(transport: String, address: SocketAddress) {
        self.transport = transport
        self.address = address
    }
}

/// Counts over the server's life.
public struct ControlTotals: Hashable, Sendable {
    /// Sessions that exist, lingering ones included.
    public var sessions = 0
    /// The most there ever were.
    public var peakSessions = 0
    /// Sessions that are deleted but still answer `query`.
    public var lingeringSessions = 0
    /// Sessions ever made.
    public var createdSessions: UInt64 = 0
    /// Sessions that were answered.
    public var answeredSessions: UInt64 = 0
    /// Ends by reason.
    public var ended: [EndReason: UInt64] = [:]
    /// Times that one-way audio was seen.
    public var oneWayAudio: UInt64 = 0
    /// Times that a party's audio was silence while the other was heard.
    public var silentAudio: UInt64 = 0
    /// Streams that media could not reach some time after signalling.
    public var setupFailures: UInt64 = 0
    /// Ports at which ICE has found a pair.
    public var iceSelected: UInt64 = 0
    /// Ports at which ICE has found none.
    public var iceFailed: UInt64 = 0
    /// Ports whose peer has stopped agreeing to receive.
    public var iceConsentLost: UInt64 = 0
    /// DTLS handshakes that have given keys.
    public var handshakes: UInt64 = 0
    /// DTLS handshakes that have failed.
    public var handshakesFailed: UInt64 = 0
    /// Control messages by command.
    public var commands: [String: CommandTotals] = [:]
    /// Messages without a usable cookie, which get no reply.
    public var unusableMessages: UInt64 = 0
    /// Replies from the cookie cache.
    public var repeatedCookies: UInt64 = 0
    /// Messages from addresses that may not use the control protocol.
    public var strangers: UInt64 = 0
    /// New sessions refused for a limit, or while draining.
    public var refused: UInt64 = 0
    /// Replies that were shortened to fit.
    public var shortenedReplies: UInt64 = 0
    /// TCP connections of the control protocol: open now.
    public var connections = 0
    /// Connections closed because there were too many.
    public var connectionsRefused: UInt64 = 0
    /// Connections closed because the peer did not read or was silent.
    public var connectionsDropped: UInt64 = 0
    /// Replies that the network did not take.
    public var repliesLost: UInt64 = 0
    /// Notices delivered.
    public var noticesSent: UInt64 = 0
    /// Notices that could not be delivered.
    public var noticesFailed: UInt64 = 0

    /// Nothing yet.
    public init() {}
}

/// The messages of one command.
public struct CommandTotals: Hashable, Sendable {
    /// How many.
    public var count: UInt64 = 0
    /// How many of them got an error.
    public var errors: UInt64 = 0

    /// None yet.
    public init() {}
}
