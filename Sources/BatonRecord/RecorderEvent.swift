/// What a recorder tells of its work.
public enum RecorderEvent: Hashable, Sendable {
    /// About a recording.
    case recording(RecordingEvent)
    /// About audio that goes to somebody who listens.
    case forwarding(ForwardingEvent)
}

/// What becomes known of a recording while and after it is written.
public struct RecordingEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// Something could not be written, with a sentence; told once a recording.
        case failed(RecordingFailureCause, String)
        /// All its files are complete.
        case finished
        /// Its files are deleted.
        case discarded
    }

    /// The recording.
    public var number: UInt32
    /// Its call.
    public var callID: String
    /// What happened.
    public var kind: Kind
    /// Packets that are in it.
    public var packets: UInt64
    /// Bytes that could not be written.
    public var lostBytes: UInt64
    /// Its files.
    public var files: [String]
}

/// What becomes known of a line's audio on its way to whoever listens.
public struct ForwardingEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// Nobody is there, or takes too little, with a sentence; told once until it goes on.
        case failed(ForwardingFailureCause, String)
        /// Everything was sent, or given up.
        case ended
    }

    /// Its call.
    public var callID: String
    /// The party's tag.
    public var tag: String?
    /// What happened.
    public var kind: Kind
    /// Counts so far.
    public var figures: ForwardedStreamFigures
}
