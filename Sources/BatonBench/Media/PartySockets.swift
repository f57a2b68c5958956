internal import BatonBase
internal import BatonIO

/// The parties' sockets: one for each party of each call, on a port of its own. Closed together.
final class PartySockets {
    private let address: IPAddress
    private let ports: ClosedRange<UInt16>
    private var nextPort: Int
    /// The descriptors: the caller of call n at 2n, the callee at 2n + 1.
    private(set) var descriptors: [Int32] = []
    /// The addresses that they are bound to, in the same order.
    private(set) var addresses: [SocketAddress] = []

    /// No sockets yet; they will be bound at `address` to even ports of `ports`.
    init(address: IPAddress, ports: ClosedRange<UInt16>) {
        self.address = address
        self.ports = ports
        nextPort = Int(ports.lowerBound) + Int(ports.lowerBound) % 2
    }

    deinit {
        for descriptor in descriptors { Descriptor.close(taken: descriptor) }
    }

    /// The number of the socket of a party.
    @inline(__always)
    static func index(call: Int, isCallee: Bool) -> Int { call * 2 + (isCallee ? 1 : 0) }

    /// The number of the socket that receives what goes in `direction` in `call`.
    @inline(__always)
    static func receiver(call: Int, _ direction: MediaDirection) -> Int {
        index(call: call, isCallee: direction == .callerToCallee)
    }

    /// Opens sockets until `calls` calls have theirs.
    func open(calls: Int) throws(BenchError) {
        while descriptors.count < calls * 2 {
            let socket = try openNext()
            addresses.append(SocketAddress(ip: address, port: UInt16(clamping: nextPort - 2)))
            descriptors.append(socket.takeDescriptor())
        }
    }

    /// A socket on the next even port that is free.
    private func openNext() throws(BenchError) -> UDPSocket {
        while nextPort <= Int(ports.upperBound) {
            let local = SocketAddress(ip: address, port: UInt16(clamping: nextPort))
            nextPort += 2
            do throws(SystemError) {
                let socket = try UDPSocket(bindingTo: local)
                try socket.noteArrivalTimes()
                return socket
            } catch {
                if error.isAddressInUse { continue }
                throw .system("party \(descriptors.count): \(error)")
            }
        }
        throw .system(
            "no port left for party \(descriptors.count) in \(ports.lowerBound)-"
                + "\(ports.upperBound); give a wider range of source ports")
    }

    /// Has the socket at `index` exchange datagrams with `peer` only.
    func connect(_ index: Int, to peer: SocketAddress) throws(BenchError) {
        do throws(SystemError) {
            try UDPSocket.connect(descriptors[index], to: peer)
        } catch {
            throw .system("\(addresses[index]): \(error)")
        }
    }
}
