/// The numbers of a transcoder that can be tuned.
public struct TranscoderSettings: Hashable, Sendable {
    /// The rate of Opus in bits a second and channel for audio of 8,000 samples a second.
    public var narrowbandBitrate = 24_000
    /// The same for 12,000 and 16,000 samples a second.
    public var widebandBitrate = 28_000
    /// The same for more.
    public var fullbandBitrate = 40_000
    /// The effort of Opus, 0…10, for audio of 8,000 samples a second: more of it takes twice the
    /// time there and is hardly heard at 24 kbit/s (docs/transcoding.md has the figures).
    public var narrowbandComplexity = 1
    /// The effort of Opus, 0…10, for audio of more samples a second, and for any while packets are
    /// repeated: with less effort libopus finds no bits for it.
    public var opusComplexity = 5
    /// The least loss in percent that Opus reckons with: it predicts less from packet to packet, so
    /// that concealment sounds better, and without loss no difference is heard.
    public var expectedLossPercent = 5
    /// Whether Opus repeats packets (FEC) before any loss is reported, where the receiver can use
    /// it. See `AudioTranscoder.setExpectedLoss(percent:)`.
    public var repeatsBeforeLoss = false
    /// How long the first missing packets are waited for, until the source's reordering is known.
    public var reorderWaitStart: Duration = .milliseconds(20)
    /// How long a missing packet is waited for at most.
    public var reorderWaitMax: Duration = .milliseconds(60)
    /// How many packets wait for a missing one at most.
    public var reorderPackets = 8
    /// How much of a gap is made up; the rest becomes a pause.
    public var concealmentMax: Duration = .milliseconds(120)
    /// The longest payload that is taken and sent, in bytes.
    public var payloadBytesMax = 1_400
    /// Every how many packets the level of the audio is measured; 0 means never.
    public var levelInterval = 25
    /// Stray packets of the source before the last change are passed over for so long.
    public var sourceChangeGuard: Duration = .milliseconds(100)

    /// The defaults.
    public init() {}
}

/// How outgoing packets are numbered.
public struct TranscodedIdentity: Hashable, Sendable {
    /// The SSRC of outgoing packets; `nil` means that of the source.
    public var ssrc: UInt32?
    /// The first packet's sequence number.
    public var sequenceNumber: UInt16
    /// Whether a change of the source leaves one unbroken line of timestamps; if not, they follow
    /// those of the source, scaled.
    public var isContinuous: Bool

    /// An identity.
    public init(ssrc: UInt32?, sequenceNumber: UInt16, isContinuous: Bool) {
        self.ssrc = ssrc
        self.sequenceNumber = sequenceNumber
        self.isContinuous = isContinuous
    }
}

/// Why a transcoder cannot be made.
public enum TranscoderError: Error, Hashable, Sendable {
    /// The format to send carries no audio.
    case outputIsNotAudio
    /// No incoming format carries audio.
    case inputHasNoAudio
    /// A rate or a number of channels that cannot be transcoded.
    case unsupported(AudioCodec)
}
