public import BatonBase

/// A media worker as signalling sees it.
public protocol RelayWorker: AnyObject, Sendable {
    /// The rows of its ports (``PortCounter``); the worker is the only writer.
    var portCounters: CounterArena { get }
    /// Its own row (``WorkerCounter``).
    var counters: CounterArena { get }
    /// How many ports it can hold.
    var portCapacity: Int { get }
    /// Queues commands, in order, from any thread. The worker takes no datagram before them, but
    /// may sleep on.
    func submit(_ commands: [WorkerCommand])
    /// Has a sleeping worker take what was queued; does nothing when nothing waits.
    func wake()
    /// What has happened since the last call.
    func takeEvents() -> [WorkerEvent]
}

extension MediaWorker: RelayWorker {}
