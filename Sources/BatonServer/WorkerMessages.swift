public import BatonBase
public import BatonMedia

/// What signalling tells a media worker.
public enum WorkerCommand: Hashable, Sendable {
    /// The worker owns `descriptor` from now on, as the port in this row.
    case open(PortSlot, descriptor: Int32)
    /// A command about a port that it holds.
    case port(PortCommand)
}

/// What a media worker tells signalling.
public enum WorkerEvent: Hashable, Sendable {
    /// The port's descriptor is closed and its row is free.
    case closed(PortSlot)
    /// The address that the port sends to changed by learning.
    case endpointChanged(PortSlot, SocketAddress)
}
