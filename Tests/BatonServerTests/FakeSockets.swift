import BatonBase

@testable import BatonServer

/// Sockets that exist in a table only.
final class FakeSockets: PortSockets {
    var taken: Set<SocketAddress> = []
    var open: [Int32: SocketAddress] = [:]
    var services: [UInt8] = []
    var failure: PortSocketError?
    /// How many descriptors there are.
    var descriptorMax = Int.max
    private var next: Int32 = 100

    func open(
        _ address: SocketAddress, typeOfService: UInt8
    ) throws(PortSocketError) -> Int32 {
        if let failure { throw failure }
        if open.count >= descriptorMax {
            throw PortSocketError(
                call: "socket", errno: 24, reason: "Too many open files", isPortTaken: false)
        }
        if taken.contains(address) || open.values.contains(address) {
            throw PortSocketError(
                call: "bind", errno: 98, reason: "Address already in use", isPortTaken: true)
        }
        next += 1
        open[next] = address
        services.append(typeOfService)
        return next
    }

    func setTypeOfService(_ value: UInt8, of descriptor: Int32, _ family: IPAddress.Family) {
        services.append(value)
    }

    func close(_ descriptor: Int32) { open[descriptor] = nil }
}
