/// A payload type and what it means, as one side of a call has negotiated it.
public struct AudioFormat: Hashable, Sendable {
    /// The encoding.
    public var codec: AudioCodec
    /// The payload type, 0…127.
    public var payloadType: UInt8
    /// The length of packets that are sent: `a=ptime`. Of no meaning for what comes in.
    public var packetTime: Duration
    /// What `a=fmtp` said, for Opus only.
    public var opus: OpusParameters

    /// A format.
    public init(
        _ codec: AudioCodec, payloadType: UInt8, packetTime: Duration = .milliseconds(20),
        opus: OpusParameters = OpusParameters()
    ) {
        self.codec = codec
        self.payloadType = payloadType & 0x7f
        self.packetTime = packetTime
        self.opus = opus
    }

    /// Samples a second of what the format's sender has to say.
    var sourceRateHz: Int {
        codec == .opus ? opus.maxCaptureRateHz ?? 48_000 : codec.sampleRateHz
    }
}

/// What a transcoder sends.
public struct TranscodedFormats: Hashable, Sendable {
    /// The encoding of the audio.
    public var audio: AudioFormat
    /// Telephone events that the receiver takes; the one with the clock of ``audio`` is preferred.
    /// Without any, events are dropped and counted, unless ``playsTones``.
    public var telephoneEvents: [AudioFormat]
    /// Comfort noise that the receiver takes; without it silence is not described, RFC 3389.
    public var comfortNoise: AudioFormat?

    /// Whether the source's events become tones in the audio, because the receiver takes none.
    public var playsTones: Bool
    /// Whether tones in the audio become events, because the source sends none.
    public var findsTones: Bool

    /// Audio, and what the receiver takes beside it.
    public init(
        audio: AudioFormat, telephoneEvents: [AudioFormat] = [], comfortNoise: AudioFormat? = nil,
        playsTones: Bool = false, findsTones: Bool = false
    ) {
        self.playsTones = playsTones
        self.findsTones = findsTones
        self.audio = audio
        self.telephoneEvents = telephoneEvents
        self.comfortNoise = comfortNoise
    }

    /// The events' format that goes with the audio.
    var telephoneEvent: AudioFormat? {
        let clockRateHz = audio.codec.clockRateHz
        return telephoneEvents.first { $0.codec.clockRateHz == clockRateHz }
            ?? telephoneEvents.first
    }
}
