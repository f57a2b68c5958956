/// Recordings, and audio that is sent to listeners, counted from the start.
public struct RecordingTotals: Codable, Hashable, Sendable {
    /// Recordings under way.
    public var active = 0
    /// Recordings begun.
    public var begun: UInt64 = 0
    /// Packets recorded.
    public var packets: UInt64 = 0
    /// Bytes written.
    public var bytesWritten: UInt64 = 0
    /// Bytes that could not be written.
    public var bytesLost: UInt64 = 0
    /// Packets that found no room on their way to the recorder: a slow disk.
    public var unrecordedPackets: UInt64 = 0
    /// Recordings that could not begin or be written in full, by cause.
    public var failuresByCause: [String: UInt64] = [:]
    /// What is sent to listeners.
    public var forwarding = ForwardingTotals()

    /// Zeros.
    public init() {}
}

/// Audio that is sent to listeners, counted from the start.
public struct ForwardingTotals: Codable, Hashable, Sendable {
    /// Streams that are sent, or are to be.
    public var streams = 0
    /// Connections that stand.
    public var connections = 0
    /// Bytes sent.
    public var bytesSent: UInt64 = 0
    /// Frames of 20 ms that no listener took in time.
    public var framesDropped: UInt64 = 0
    /// Times that a stream began to fail, by cause.
    public var failuresByCause: [String: UInt64] = [:]

    /// Zeros.
    public init() {}
}

/// What is recorded of a session and sent to listeners.
public struct RecordingDetail: Codable, Hashable, Sendable {
    /// Whether it is recorded.
    public var isRecording = false
    /// Whether the recording pauses.
    public var isPaused = false
    /// Whether audio is sent to a listener.
    public var isForwarding = false
    /// The recording's files, the metadata last.
    public var files: [String] = []
    /// Packets recorded.
    public var packets: UInt64 = 0
    /// Bytes written.
    public var bytesWritten: UInt64 = 0
    /// Bytes that could not be written.
    public var bytesLost: UInt64 = 0
    /// Packets that found no room on their way to the recorder: a slow disk.
    public var unrecordedPackets: UInt64 = 0
    /// The streams that are sent to a listener.
    public var streams: [ForwardedStreamDetail] = []

    /// A detail that is filled in by its maker.
    public init() {}
}

/// One stream that is sent to a listener.
public struct ForwardedStreamDetail: Codable, Hashable, Sendable {
    /// The party's tag.
    public var tag = ""
    /// Whether its connection stands.
    public var isConnected = false
    /// Bytes sent.
    public var bytesSent: UInt64 = 0
    /// Frames of 20 ms that the listener did not take in time.
    public var framesDropped: UInt64 = 0

    /// A stream that is filled in by its maker.
    public init() {}
}
