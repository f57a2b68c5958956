/// How large a session description may be.
public struct SDPLimits: Hashable, Sendable {
    /// The most bytes in all. The ng protocol carries at most 64 KiB.
    public var bytesMax: Int
    /// The most lines, blank ones counted.
    public var linesMax: Int
    /// The most `m=` lines.
    public var mediaMax: Int
    /// The most bytes in one line, its ending not counted.
    public var lineBytesMax: Int

    /// These limits; each has a default that no phone comes near.
    public init(
        bytesMax: Int = 65_536, linesMax: Int = 2_048, mediaMax: Int = 64,
        lineBytesMax: Int = 8_192
    ) {
        self.bytesMax = bytesMax
        self.linesMax = linesMax
        self.mediaMax = mediaMax
        self.lineBytesMax = lineBytesMax
    }
}
