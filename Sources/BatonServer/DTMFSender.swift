import BatonBase
import BatonIO

/// Sends a datagram for each key that was pressed. Confined to the signalling loop.
final class DTMFSender {
    /// Datagrams that the system did not take, or for which there is no socket.
    private(set) var failed: UInt64 = 0
    private let sockets: [IPAddress.Family: Box]

    private final class Box {
        let socket: UDPSocket
        init(_ socket: consuming UDPSocket) { self.socket = socket }
    }

    init() {
        var sockets: [IPAddress.Family: Box] = [:]
        for ip in [IPAddress(v4: 0), IPAddress(v6High: 0, low: 0)] {
            guard let socket = try? UDPSocket(bindingTo: SocketAddress(ip: ip, port: 0)) else {
                continue
            }
            sockets[ip.family] = Box(socket)
        }
        self.sockets = sockets
    }

    /// Sends `datagram`, once.
    func send(_ datagram: [UInt8], to destination: SocketAddress) {
        let result = sockets[destination.ip.family]?.socket.send(datagram, to: destination)
        if result != .sent { failed &+= 1 }
    }
}
