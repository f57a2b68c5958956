public import BatonBase
public import BatonMediaFile

/// What a recording is written as; the word is the file's suffix too.
public enum RecordingFormat: String, Hashable, Sendable, CaseIterable {
    /// The packets as they came, without their protection: Wireshark reads it.
    case pcap
    /// Linear samples.
    case wav
    /// Opus at 24 kbit/s a channel.
    case ogg

    /// Whether packets are decoded for it.
    public var isAudio: Bool { self != .pcap }
}

/// What a recording is to be.
public struct RecordingPlan: Sendable {
    /// Its number, which no other recording of the process has.
    public var number: UInt32
    /// What the packets of its call are marked with.
    public var tap: UInt32
    /// The call that is recorded.
    public var callID: String
    /// The folder of its files, which is there already.
    public var folder: String
    /// The name of its files without suffix.
    public var name: String
    /// What is written, each once.
    public var formats: [RecordingFormat]
    /// Whether audio has the parties on channels of their own; otherwise they are mixed.
    public var isStereo: Bool
    /// When it begins.
    public var begin: Instant
    /// Nanoseconds since 1970 UTC at the instant 0.
    public var unixOriginNanoseconds: Int64
    /// What is to stand in the metadata beside what the recorder knows itself.
    public var metadata: RecordingMetadata

    /// A recording of `callID`.
    public init(
        number: UInt32, tap: UInt32, callID: String, folder: String, name: String,
        formats: [RecordingFormat],
        isStereo: Bool, begin: Instant, unixOriginNanoseconds: Int64,
        metadata: RecordingMetadata = RecordingMetadata()
    ) {
        self.number = number
        self.tap = tap
        self.callID = callID
        self.folder = folder
        self.name = name
        self.formats = formats
        self.isStereo = isStereo
        self.begin = begin
        self.unixOriginNanoseconds = unixOriginNanoseconds
        self.metadata = metadata
    }

    /// The name of the file with `suffix`.
    func path(_ suffix: String) -> String { "\(folder)/\(name).\(suffix)" }
}

/// What a payload type stands for.
public struct RecordedFormat: Hashable, Sendable {
    /// The RTP payload type.
    public var payloadType: UInt8
    /// The encoding's name, as in `a=rtpmap`.
    public var encoding: String
    /// The RTP clock in Hz.
    public var clockRateHz: Int
    /// Audio channels, as in `a=rtpmap`.
    public var channels: Int

    /// The format of `payloadType`.
    public init(payloadType: UInt8, encoding: String, clockRateHz: Int, channels: Int) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRateHz = clockRateHz
        self.channels = channels
    }
}

/// One line of one party that is recorded.
public struct RecordedLine: Hashable, Sendable {
    /// What its packets are marked with.
    public var number: TapNumber
    /// The party's tag, `nil` while it has none.
    public var tag: String?
    /// The party's label.
    public var label: String?
    /// The channel of the party's audio: 0 is the left one.
    public var channel: Int
    /// Whether it carries audio.
    public var isAudio: Bool
    /// What the party's payload types stand for.
    public var formats: [RecordedFormat]
    /// Our address that faces the party.
    public var local: SocketAddress
    /// Our address for the party's RTCP where that has a port of its own.
    public var localControl: SocketAddress
    /// Whether it goes into recordings.
    public var isRecorded: Bool
    /// Whether its audio goes to whoever listens.
    public var isForwarded: Bool

    /// A line.
    public init(
        number: TapNumber, tag: String?, label: String?, channel: Int, isAudio: Bool,
        formats: [RecordedFormat], local: SocketAddress, localControl: SocketAddress,
        isRecorded: Bool = true, isForwarded: Bool = false
    ) {
        self.number = number
        self.tag = tag
        self.label = label
        self.channel = channel
        self.isAudio = isAudio
        self.formats = formats
        self.local = local
        self.localControl = localControl
        self.isRecorded = isRecorded
        self.isForwarded = isForwarded
    }
}
