/// What an Opus encoder is made with.
public struct OpusEncoderSettings: Hashable, Sendable {
    /// The rate of the samples that it takes.
    public var sampleRate: OpusSampleRate
    /// The channels of the samples that it takes.
    public var channels: OpusChannels
    /// What it optimizes for.
    public var application = OpusApplication.voip
    /// What it is told about its input.
    public var signal = OpusSignal.voice
    /// The mean rate, or the rate of every packet when it is constant; 500…512,000.
    public var bitrateBitsPerSecond = 24_000
    /// The effort, 0…10.
    public var complexity = 5
    /// Whether packets repeat the one before, RFC 6716 §2.1.7.
    public var usesInbandFEC = false
    /// The share of packets that is expected to be lost, 0…100: how much FEC is worth.
    public var expectedLossPercent = 0
    /// Whether silence is left out, RFC 7587 §3.1.3.
    public var usesDTX = false
    /// The widest bandwidth in use.
    public var maxBandwidth = OpusBandwidth.full
    /// Whether all packets are equally long, RFC 7587 §3.1.2.
    public var isConstantBitrate = false

    /// The defaults for this input.
    public init(sampleRate: OpusSampleRate, channels: OpusChannels) {
        self.sampleRate = sampleRate
        self.channels = channels
    }
}
