/// What is done to the RTP that arrives at a port before it goes on. None of it is for a plain
/// call, so that the packet path asks one question about all.
public struct PortEffects: OptionSet, Hashable, BitwiseCopyable, Sendable {
    /// One bit an effect.
    public let rawValue: UInt8
    /// The effects of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Nothing goes on (`block media`).
    public static let blocksMedia = PortEffects(rawValue: 1 << 0)
    /// What arrives is replaced by what is played to its receiver. The core sets it.
    public static let isReplaced = PortEffects(rawValue: 1 << 7)
}
