internal import BatonBase
internal import BatonIO

/// What a run of media came to. Only the packets of the measured part count; those of the warm-up
/// are checked but not counted.
struct MediaTally: Sendable {
    /// Packets that the kernel took.
    var sent: UInt64 = 0
    /// Packets that were not sent because nobody listens at the relay's port: the relay's loss.
    var refused: UInt64 = 0
    /// Packets that the kernel would not take, its buffer being full: the generator's fault.
    var unsent: UInt64 = 0
    /// Packets that came to the right party, whole, for the first time.
    var received: UInt64 = 0
    /// Copies of packets that had come.
    var duplicates: UInt64 = 0
    /// Packets that came after one that was sent later.
    var reordered: UInt64 = 0
    /// Packets with a byte changed.
    var corrupt: UInt64 = 0
    /// Packets that came to the wrong call or the wrong party.
    var misdirected: UInt64 = 0
    /// Datagrams that this run never sent.
    var foreign: UInt64 = 0
    /// The one-way time from the generator's send call to the arrival in the receiver's socket.
    var latency = LatencyHistogram()
    /// How long after its time each packet was sent: the generator's own fault.
    var lateness = LatencyHistogram()
    /// The CPU time of the generator's thread in the measured part.
    var generatorCPU: UInt64 = 0
    /// The CPU time of the target in the measured part, when it was watched.
    var targetCPU: UInt64?
    /// The length of the measured part as it really was.
    var elapsed: Duration = .zero
    /// Packets received by each stream: call × 2 + direction.
    var receivedByStream: [UInt32] = []
    /// Whether the run was stopped before its end.
    var isCutShort = false

    /// Packets that were offered to the relay: sent, or refused by its closed port.
    var offered: UInt64 { sent &+ refused }
    /// Packets that did not come, of those offered.
    var lost: UInt64 { offered > received ? offered - received : 0 }
    /// The part of the offered packets that did not come, 0 … 1.
    var lossFraction: Double { offered == 0 ? 0 : Double(lost) / Double(offered) }

    /// Counts a packet that was handed to the kernel.
    @inline(__always)
    mutating func note(_ sending: DatagramSending) {
        switch sending {
        case .sent: sent &+= 1
        case .refused: refused &+= 1
        case .full, .failed: unsent &+= 1
        }
    }

    /// Enters what the measured part cost.
    mutating func note(from start: GeneratorUsage, to stop: GeneratorUsage) {
        elapsed = stop.time - start.time
        generatorCPU = stop.thread &- start.thread
        if let from = start.target, let to = stop.target { targetCPU = to &- from }
    }
}

/// Clocks read at one end of the measured part.
struct GeneratorUsage: Sendable {
    let time = MonotonicClock.now()
    /// The CPU time of the calling thread in nanoseconds.
    let thread = PreciseTimer.threadCPUNanoseconds()
    /// The CPU time of the target in nanoseconds.
    let target: UInt64?

    init(target: UInt64?) { self.target = target }
}
