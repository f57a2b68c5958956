import BatonRecord

/// Recordings, and audio that is sent to listeners, counted from the start.
public struct RecordingStatus: Hashable, Sendable {
    /// Recordings under way.
    public var active = 0
    /// Recordings begun.
    public var begun: UInt64 = 0
    /// Packets recorded.
    public var packets: UInt64 = 0
    /// Bytes written.
    public var writtenBytes: UInt64 = 0
    /// Bytes that could not be written.
    public var lostBytes: UInt64 = 0
    /// Packets that found no room on their way to the recorder.
    public var unrecordedPackets: UInt64 = 0
    /// Recordings that could not begin or be written in full, by cause; every cause is there.
    public var failures: [String: UInt64] = [:]
    /// Streams that are sent to listeners, or are to be.
    public var forwardedStreams = 0
    /// Connections that stand.
    public var connections = 0
    /// Bytes sent to listeners.
    public var sentBytes: UInt64 = 0
    /// Frames of 20 ms that no listener took in time.
    public var droppedFrames: UInt64 = 0
    /// Times that a stream began to fail, by cause; every cause is there.
    public var forwardingFailures: [String: UInt64] = [:]

    init(_ figures: RecorderFigures, unrecordedPackets: UInt64) {
        active = figures.active
        begun = figures.begun
        packets = figures.packets
        writtenBytes = figures.writtenBytes
        lostBytes = figures.lostBytes
        self.unrecordedPackets = unrecordedPackets
        for cause in RecordingFailureCause.allCases {
            failures[cause.rawValue] = figures.failures[cause] ?? 0
        }
        let forwarding = figures.forwarding
        forwardedStreams = forwarding.streams
        connections = forwarding.connections
        sentBytes = forwarding.sentBytes
        droppedFrames = forwarding.droppedFrames
        for cause in ForwardingFailureCause.allCases {
            forwardingFailures[cause.rawValue] = forwarding.failures[cause] ?? 0
        }
    }
}

/// What is known of a session's recording and forwarding.
public struct SessionCopyDetail: Hashable, Sendable {
    /// Whether it is recorded.
    public var isRecording: Bool
    /// Whether the recording pauses.
    public var isPaused: Bool
    /// Whether audio is sent to a listener.
    public var isForwarding: Bool
    /// The recording's files, the metadata last.
    public var files: [String]
    /// Packets recorded.
    public var packets: UInt64
    /// Bytes written.
    public var writtenBytes: UInt64
    /// Bytes that could not be written.
    public var lostBytes: UInt64
    /// Packets that found no room on their way to the recorder.
    public var unrecordedPackets: UInt64
    /// The streams that are sent to a listener.
    public var streams: [Stream]

    /// One stream that is sent to a listener.
    public struct Stream: Hashable, Sendable {
        /// The party's tag.
        public var tag: String?
        /// Whether its connection stands.
        public var isConnected: Bool
        /// Bytes sent.
        public var sentBytes: UInt64
        /// Frames of 20 ms that the listener did not take in time.
        public var droppedFrames: UInt64
    }
}
