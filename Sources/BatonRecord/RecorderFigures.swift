/// Counts over a recorder's life.
public struct RecorderFigures: Hashable, Sendable {
    /// Recordings under way.
    public var active = 0
    /// Recordings ever begun.
    public var begun: UInt64 = 0
    /// Recordings that could not begin, or of which something could not be written, by cause.
    public var failures: [RecordingFailureCause: UInt64] = [:]
    /// Packets recorded.
    public var packets: UInt64 = 0
    /// Bytes written.
    public var writtenBytes: UInt64 = 0
    /// Bytes that could not be written.
    public var lostBytes: UInt64 = 0
    /// What goes to those who listen.
    public var forwarding = ForwardingFigures()

    /// Nothing yet.
    public init() {}
}

/// Counts of audio that goes to those who listen.
public struct ForwardingFigures: Hashable, Sendable {
    /// Lines whose audio is sent, or is to be.
    public var streams = 0
    /// Connections that are open.
    public var connections = 0
    /// Bytes that connections have taken.
    public var sentBytes: UInt64 = 0
    /// Frames of 20 ms that nobody took in time.
    public var droppedFrames: UInt64 = 0
    /// Times that a stream began to fail, by cause.
    public var failures: [ForwardingFailureCause: UInt64] = [:]

    /// Nothing yet.
    public init() {}

    mutating func add(_ stream: ForwardedStreamFigures) {
        sentBytes &+= stream.sentBytes
        droppedFrames &+= stream.droppedFrames
    }
}

/// Counts of one line's audio that goes to somebody who listens.
public struct ForwardedStreamFigures: Hashable, Sendable {
    /// The party's tag.
    public var tag: String?
    /// Whether it has a connection.
    public var isConnected = false
    /// Bytes that connections have taken.
    public var sentBytes: UInt64 = 0
    /// Frames of 20 ms that nobody took in time.
    public var droppedFrames: UInt64 = 0
}

/// What is known of one call's recordings and listeners that are under way.
public struct CallRecordingFigures: Hashable, Sendable {
    /// Packets recorded.
    public var packets: UInt64 = 0
    /// Bytes written.
    public var writtenBytes: UInt64 = 0
    /// Bytes that could not be written.
    public var lostBytes: UInt64 = 0
    /// Lines whose audio is sent to somebody.
    public var forwarded: [ForwardedStreamFigures] = []

    /// Nothing yet.
    public init() {}
}
