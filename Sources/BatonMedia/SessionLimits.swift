/// How much one session may hold, whatever its parties send.
public struct SessionLimits: Hashable, Sendable {
    /// Parties (branches included).
    public var parties = 32
    /// `m=` lines of one SDP.
    public var streams = 16
    /// Further tags kept for one party; a newer one then replaces the oldest.
    public var aliases = 8
    /// Branches kept for one party; a newer one then replaces the oldest.
    public var viaBranches = 8
    /// Sources that a line of a bundle may name.
    public var bundledSources = 8
    /// Further pairs of ports of one line, at other addresses of its interface.
    public var doors = 4
    /// Bytes of a tag, branch, label or interface name.
    public var nameBytes = 256
    /// Bytes of the metadata text.
    public var metadataBytes = 8_192

    /// The default limits.
    public init() {}
}
