internal import BatonBase
internal import BatonIO

/// Sends RTP to every port of a range in turn at a steady rate, as one who wants to break into
/// calls or to have them sent to himself would, and counts what comes back.
struct PortAttacker: ~Copyable {
    private static let packetsPerCall = 64

    private let socket: UDPSocket
    private let relay: IPAddress
    private let ports: ClosedRange<UInt16>
    private let packetsPerSecond: Int
    private var outgoing = DatagramBurst(capacity: packetsPerCall, datagramBytes: 256)
    private var incoming = DatagramBurst(capacity: packetsPerCall, datagramBytes: 2048)
    private var packet: [UInt8]
    private var nextPort: UInt16
    private var lastTurn = MonotonicClock.now()
    /// Packets that are due but not sent yet, in billionths.
    private var credit: UInt64 = 0
    /// How many packets were sent.
    private(set) var sent: UInt64 = 0
    /// How many datagrams came to the attacker: media that is not his.
    private(set) var captured: UInt64 = 0

    /// An attacker at `address` (any port) of the relay at `relay`.
    init(
        from address: IPAddress, relay: IPAddress, ports: ClosedRange<UInt16>, packetsPerSecond: Int
    ) throws(BenchError) {
        do throws(SystemError) {
            socket = try UDPSocket(bindingTo: SocketAddress(ip: address, port: 0))
        } catch {
            throw .system("the attacker's socket: \(error)")
        }
        self.relay = relay
        self.ports = ports
        self.packetsPerSecond = packetsPerSecond
        nextPort = ports.lowerBound
        packet = Array(repeating: 0xee, count: MediaPacketCodec.headerBytes + 160)
        packet[0] = 0x80
        packet[1] = 0
    }

    /// Lets the time until the next turn not count.
    mutating func rest() {
        lastTurn = MonotonicClock.now()
        credit = 0
    }

    /// Sends what is due by `now`, at most for 20 ms past, and takes in what has come.
    mutating func turn(at now: Instant) {
        let elapsed = min(now.nanosecondsSince(lastTurn), 20_000_000)
        lastTurn = now
        credit += elapsed * UInt64(packetsPerSecond)
        while credit >= 1_000_000_000 {
            credit -= 1_000_000_000
            append()
            if outgoing.count == outgoing.capacity { flush() }
        }
        flush()
        collect()
    }

    /// Takes in what has come.
    mutating func collect() {
        var count = 0
        repeat {
            count = incoming.receive(from: socket.descriptor)
            captured += UInt64(count)
        } while count == incoming.capacity
    }

    /// Adds the next packet: a stream that goes on, as a real one would.
    private mutating func append() {
        let number = UInt16(truncatingIfNeeded: sent &+ UInt64(outgoing.count))
        packet[2] = UInt8(number >> 8)
        packet[3] = UInt8(number & 255)
        let destination = SocketAddress(ip: relay, port: nextPort)
        nextPort = nextPort == ports.upperBound ? ports.lowerBound : nextPort + 1
        let packet = packet
        _ = outgoing.append(packet.span.bytes, to: destination)
    }

    private mutating func flush() {
        guard outgoing.count > 0 else { return }
        sent += UInt64(outgoing.send(from: socket.descriptor))
    }
}
