/// What is done to the RTP that arrives at a port before it goes on. None of it is for a plain
/// call, so that the packet path asks one question about all.
public struct PortEffects: OptionSet, Hashable, BitwiseCopyable, Sendable {
    /// One bit an effect.
    public let rawValue: UInt8
    /// The effects of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Nothing goes on (`block media`).
    public static let blocksMedia = PortEffects(rawValue: 1 << 0)
    /// Audio goes on as silence (`silence media`).
    public static let silencesMedia = PortEffects(rawValue: 1 << 1)
    /// Keys are kept back (`block DTMF`, `DTMF-delay`): ``PortConfiguration/dtmfBlocking``,
    /// ``PortConfiguration/dtmfDelayMs``.
    public static let blocksDTMF = PortEffects(rawValue: 1 << 2)
    /// The audio is listened to for tones of keys (`detect-DTMF`).
    public static let detectsTones = PortEffects(rawValue: 1 << 3)
    /// A copy goes to the recorder.
    public static let tapped = PortEffects(rawValue: 1 << 7)
    /// The next packet's loudness is looked at; set by the worker itself, now and then.
    static let measuresLevel = PortEffects(rawValue: 1 << 6)
    /// It is counted for the reports that its receiver gets; the core sets it by itself.
    static let countsForReports = PortEffects(rawValue: 1 << 5)
    /// What arrives is replaced by what is played to its receiver. The core sets it.
    static let isReplaced = PortEffects(rawValue: 1 << 4)
}
