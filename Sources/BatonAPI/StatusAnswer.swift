/// What `GET /v1/status` answers: the daemon at a glance. Counters run from its start.
public struct StatusAnswer: Codable, Hashable, Sendable {
    /// Where the daemon is in its life.
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// Sockets are being opened.
        case starting
        /// Serving.
        case running
        /// No new sessions; the running ones go on for a while.
        case draining
    }

    /// The name that baton gives itself (`--software`).
    public var software = ""
    /// baton's version.
    public var version = ""
    /// Where the daemon is in its life.
    public var state = State.running
    /// When it started, in milliseconds since 1970-01-01 UTC.
    public var startedUnixMs: Int64 = 0
    /// How long it has been running, in seconds.
    public var uptimeSeconds = 0.0
    /// Where ng, the API and media listen, as text.
    public var listeners: [String] = []
    /// The sessions.
    public var sessions = SessionTotals()
    /// The UDP ports.
    public var ports = PortTotals()
    /// Media of all workers together.
    public var traffic = TrafficTotals()
    /// Packets not relayed, by reason.
    public var dropsByReason: [String: UInt64] = [:]
    /// Streams by what becomes of their packets.
    public var streams = StreamTotals()
    /// ICE, DTLS and what was told of media that does not flow.
    public var setup = SetupTotals()
    /// What conversions have made up for or missed.
    public var conversions = ConversionTotals()
    /// Recordings, and audio that is sent to listeners.
    public var recording = RecordingTotals()
    /// The control protocol.
    public var control = ControlTotals()
    /// The media workers, in order.
    public var workers: [WorkerStatus] = []
    /// The process.
    public var process = ProcessStatus()
    /// The log.
    public var log = LogTotals()

    /// An answer that is filled in by its maker.
    public init() {}
}

/// The sessions of a daemon.
public struct SessionTotals: Codable, Hashable, Sendable {
    /// Running now.
    public var current = 0
    /// The most at a time.
    public var peak = 0
    /// Begun since the start.
    public var started: UInt64 = 0
    /// Ended since the start.
    public var ended: UInt64 = 0
    /// Ended by themselves (a timeout).
    public var timedOut: UInt64 = 0
    /// Refused for a limit, for draining or for want of ports.
    public var refused: UInt64 = 0

    /// Zeros.
    public init() {}
}

/// The UDP ports of a daemon.
public struct PortTotals: Codable, Hashable, Sendable {
    /// All ports of the configured ranges.
    public var total = 0
    /// Open.
    public var inUse = 0
    /// Closed a moment ago and not yet to be used again.
    public var resting = 0

    /// Zeros.
    public init() {}
}

/// Relayed media.
public struct TrafficTotals: Codable, Hashable, Sendable {
    /// Packets received and accepted.
    public var packetsIn: UInt64 = 0
    /// Their bytes (UDP payload).
    public var bytesIn: UInt64 = 0
    /// Packets sent.
    public var packetsOut: UInt64 = 0
    /// Their bytes (UDP payload).
    public var bytesOut: UInt64 = 0
    /// Packets received and not relayed, for any reason.
    public var packetsDropped: UInt64 = 0
    /// Packets sent in a second, over the last seconds.
    public var packetsPerSecond = 0.0
    /// Bits (UDP payload) sent in a second, over the last seconds.
    public var bitsPerSecond = 0.0
    /// RTP packets that never arrived, of those expected, in percent, over the last seconds.
    public var lossPercent = 0.0

    /// Zeros.
    public init() {}
}

/// The streams of a daemon now: each direction of an `m=` line is one.
public struct StreamTotals: Codable, Hashable, Sendable {
    /// Passed as they are.
    public var relayed = 0
    /// Passed with another payload type.
    public var converted = 0
    /// Decoded and encoded.
    public var transcoded = 0

    /// Zeros.
    public init() {}
}

/// ICE, DTLS and media that does not flow, counted from the start.
public struct SetupTotals: Codable, Hashable, Sendable {
    /// Ports at which ICE has found a pair.
    public var iceSelected: UInt64 = 0
    /// Ports at which ICE has found none.
    public var iceFailed: UInt64 = 0
    /// Ports whose peer has stopped answering ICE.
    public var iceConsentLost: UInt64 = 0
    /// DTLS handshakes that have given keys.
    public var dtlsHandshakes: UInt64 = 0
    /// DTLS handshakes that have failed.
    public var dtlsFailed: UInt64 = 0
    /// Streams without keys or a path some time after the answer (`no-media-path`).
    public var withoutPath: UInt64 = 0
    /// Times that packets came from one side only (`one-way-audio`).
    public var oneWayAudio: UInt64 = 0
    /// Times that one side's audio was silence (`silent-audio`).
    public var silentAudio: UInt64 = 0

    /// Zeros.
    public init() {}
}

/// What conversions have made up for or missed, counted from the start.
public struct ConversionTotals: Codable, Hashable, Sendable {
    /// Lost packets whose audio was made up.
    public var concealedPackets: UInt64 = 0
    /// Lost packets that were recovered from later ones (Opus FEC).
    public var recoveredPackets: UInt64 = 0
    /// Packets that came too late.
    public var latePackets: UInt64 = 0
    /// Packets that could not be decoded.
    public var malformedPayloads: UInt64 = 0

    /// Zeros.
    public init() {}
}

/// The control protocol.
public struct ControlTotals: Codable, Hashable, Sendable {
    /// ng messages answered.
    public var requests: UInt64 = 0
    /// Answered with an error.
    public var errors: UInt64 = 0
    /// Answered from the cookie cache.
    public var repeated: UInt64 = 0
    /// Messages from addresses that may not speak; they get no reply.
    public var strangers: UInt64 = 0
    /// Messages without a cookie; they get no reply.
    public var withoutCookie: UInt64 = 0
    /// TCP connections open now.
    public var connections = 0

    /// Zeros.
    public init() {}
}

/// The process.
public struct ProcessStatus: Codable, Hashable, Sendable {
    /// The process id.
    public var processID = 0
    /// Resident memory in bytes.
    public var residentBytes: UInt64 = 0
    /// CPU use over the last seconds, in percent of one processor.
    public var cpuPercent = 0.0
    /// Open file descriptors.
    public var openDescriptors = 0
    /// The most file descriptors that may be open.
    public var descriptorLimit = 0

    /// Zeros.
    public init() {}
}

/// The log.
public struct LogTotals: Codable, Hashable, Sendable {
    /// Lines written.
    public var written: UInt64 = 0
    /// Lines lost because the queue was full.
    public var dropped: UInt64 = 0
    /// Writes that failed, for instance on a full disk.
    public var writeErrors: UInt64 = 0

    /// Zeros.
    public init() {}
}
