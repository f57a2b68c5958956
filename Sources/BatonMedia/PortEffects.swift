/// What is done to the RTP that arrives at a port before it goes on. None of it is for a plain
/// call, so that the packet path asks one question about all.
public struct PortEffects: OptionSet, Hashable, BitwiseCopyable, Sendable {
    /// One bit an effect.
    public let rawValue: UInt8
    /// The effects of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Nothing goes on (`block media`).
    public static let blocksMedia = PortEffects(rawValue: 1 << 0)
    /// It is counted for the reports that its receiver gets; the core sets it by itself.
    static let countsForReports = PortEffects(rawValue: 1 << 7)
}
