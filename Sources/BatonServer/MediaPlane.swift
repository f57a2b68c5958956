public import BatonBase
public import BatonMedia

/// For whom the next ports are opened.
public struct PortContext: Sendable {
    /// The worker that gets the sockets.
    public var worker: Int
    /// The call-id that holds the ports, for the text of an exhaustion error.
    public var holder: String
    /// The TOS or Traffic Class byte of what the ports send, `nil` for the configured one.
    public var typeOfService: UInt8?
    /// The time of the request.
    public var now: Instant

    /// Ports for `holder` at `worker`, asked for at `now`.
    public init(worker: Int, holder: String, typeOfService: UInt8? = nil, now: Instant) {
        self.worker = worker
        self.holder = holder
        self.typeOfService = typeOfService
        self.now = now
    }
}

/// What signalling needs of the media plane: ports, the workers' command queues and their counters.
///
/// The server's is ``PortAllocator``; tests use one with numbers only. All calls are made on the
/// signalling executor.
public protocol MediaPlane: PortSource {
    /// What reads the workers' counters.
    associatedtype Counters: PortCounterReader
    /// The worker that holds the fewest ports: where the next session goes.
    func leastLoadedWorker() -> Int
    /// Says for whom the following ``openPair(interface:family:)`` calls are.
    mutating func select(_ context: PortContext)
    /// Sets the TOS or Traffic Class byte of a port that is open.
    func setTypeOfService(_ value: UInt8, of slot: PortSlot, worker: Int)
    /// Queues commands for a worker. They go out when the driver ends its turn.
    mutating func submit(_ commands: [PortCommand], worker: Int)
    /// The workers' counters; the same object for the plane's whole life.
    var counters: Counters { get }
    /// The interfaces and how many of their ports are in use.
    var interfaceUsage: [InterfaceUsage] { get }
}

/// Reads the counters of ports.
public protocol PortCounterReader: AnyObject {
    /// One of a port's counters, from its opening on.
    func count(_ counter: PortCounter, of slot: PortSlot, worker: Int) -> UInt64
    /// One counter of a port's source block `index`, 0 ..< ``PortCounter/sourcesPerPort``.
    func count(_ counter: SourceCounter, index: Int, of slot: PortSlot, worker: Int) -> UInt64
}

/// How full one address of an interface is.
public struct InterfaceUsage: Hashable, Sendable {
    /// The interface's name.
    public var name: String
    /// The address that ports are bound to.
    public var address: IPAddress
    /// The address that is written into SDP.
    public var advertised: IPAddress
    /// The lowest and the highest port of the range.
    public var range: ClosedRange<UInt16>
    /// Port numbers in the range that come in pairs.
    public var portsTotal: Int
    /// Port numbers in use.
    public var portsUsed: Int
    /// Port numbers released a moment ago, that are not used again yet.
    public var portsResting: Int

    /// The usage of one address.
    public init(
        name: String, address: IPAddress, advertised: IPAddress, range: ClosedRange<UInt16>,
        portsTotal: Int, portsUsed: Int, portsResting: Int
    ) {
        self.name = name
        self.address = address
        self.advertised = advertised
        self.range = range
        self.portsTotal = portsTotal
        self.portsUsed = portsUsed
        self.portsResting = portsResting
    }
}
