/// One media worker. Counters run from the daemon's start.
public struct WorkerStatus: Codable, Hashable, Sendable {
    /// The worker's number, from 0.
    public var index = 0
    /// Sessions that it carries.
    public var sessions = 0
    /// Ports that it holds.
    public var ports = 0
    /// The most ports that it can hold.
    public var portCapacity = 0
    /// Packets relayed.
    public var packets: UInt64 = 0
    /// Packets not relayed.
    public var packetsDropped: UInt64 = 0
    /// Datagrams that the kernel dropped because a receive queue was full.
    public var receiveQueueDrops: UInt64 = 0
    /// CPU time used, in microseconds.
    public var cpuTimeUs: UInt64 = 0
    /// Turns of its loop.
    public var loopTurns: UInt64 = 0
    /// The most effort that Opus encoders may take now, 0 to 10; below 10 while it is busy.
    public var opusComplexityLimit = 10
    /// Packets relayed in a second, over the last seconds.
    public var packetsPerSecond = 0.0
    /// CPU use over the last seconds, in percent of one processor.
    public var cpuPercent = 0.0

    /// A worker that is filled in by its maker.
    public init() {}
}
