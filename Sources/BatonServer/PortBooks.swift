import BatonBase

// Not nested in `PortAllocator`: what is nested in a generic type has its metadata looked up at
// each use.

/// What ``PortAllocator`` knows of a port in use.
struct PortRecord {
    var pool: Int32 = -1
    var pair: UInt16 = 0
    var holder = ""
    /// The socket, open at least until the close command is queued.
    var descriptor: Int32 = -1
    var family = IPAddress.Family.v4
    /// The worker could not watch the socket and has closed it.
    var hasFailed = false
}

/// The books of one worker's ports.
struct WorkerPortBooks {
    let worker: any RelayWorker
    var slots: SlotAllocator
    var records: [PortRecord]
    var pending: [WorkerCommand] = []
    /// Taken slots whose close command has not gone out: what counts as load.
    var load = 0
}

/// Names a ``PortPool``: interfaces with the same address and range share one.
struct PortPoolKey: Hashable {
    var address: IPAddress
    var range: ClosedRange<UInt16>
}
