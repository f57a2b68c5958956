import BatonBase
import BatonIO
import Glibc
import Testing

@Suite("UDP sockets (N21, N28)")
struct UDPSocketTests {
    private static let addresses = [
        SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0),
        SocketAddress(ip: IPAddress(v6High: 0, low: 1), port: 0),
    ]

    /// The whole number that the kernel has for a socket's option.
    private func option(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32? {
        var value: Int32 = -1
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, level, name, &value, &size) == 0 ? value : nil
    }

    private func typeOfService(_ descriptor: Int32, _ family: IPAddress.Family) -> Int32? {
        switch family {
        case .v4: option(descriptor, Int32(IPPROTO_IP), IP_TOS)
        case .v6: option(descriptor, Int32(IPPROTO_IPV6), IPV6_TCLASS)
        }
    }

    @Test(
        "N21: the kernel has the TOS byte or traffic class, from the opening and changed later",
        arguments: addresses)
    func typeOfService(address: SocketAddress) throws {
        let family = address.ip.family
        let plain = try UDPSocket(bindingTo: address)
        #expect(typeOfService(plain.descriptor, family) == 0)
        var options = UDPSocketOptions()
        options.typeOfService = 184
        let marked = try UDPSocket(bindingTo: address, options: options)
        #expect(typeOfService(marked.descriptor, family) == 184)
        try UDPSocket.setTypeOfService(32, of: marked.descriptor, family)
        #expect(typeOfService(marked.descriptor, family) == 32)
    }

    @Test("N28: SO_RCVBUF and SO_SNDBUF are what was asked for, which the kernel doubles")
    func buffers() throws {
        var options = UDPSocketOptions()
        (options.receiveBufferBytes, options.sendBufferBytes) = (32_768, 16_384)
        let socket = try UDPSocket(bindingTo: Self.addresses[0], options: options)
        #expect(option(socket.descriptor, SOL_SOCKET, SO_RCVBUF) == 65_536)
        #expect(option(socket.descriptor, SOL_SOCKET, SO_SNDBUF) == 32_768)
    }

    @Test("N28: datagrams beyond a full receive queue are counted, each of them")
    func receiveQueueDrops() throws {
        var options = UDPSocketOptions()
        options.receiveBufferBytes = 8_192
        let receiver = try UDPSocket(bindingTo: Self.addresses[0], options: options)
        let sender = try UDPSocket(bindingTo: Self.addresses[0])
        let bound = receiver.localAddress
        try sender.connect(to: try #require(bound))
        #expect(ReceiveQueue.drops(of: receiver.descriptor) == 0)
        let datagram = [UInt8](repeating: 1, count: 1_000)
        for _ in 0..<100 {
            let sending = sender.send(datagram)
            #expect(sending == .sent)
        }
        var burst = DatagramBurst(capacity: 128, datagramBytes: 1_024)
        let received = burst.receive(from: receiver.descriptor)
        #expect(received > 0 && received < 100)
        #expect(ReceiveQueue.drops(of: receiver.descriptor) == UInt32(100 - received))
        #expect(ReceiveQueue.drops(of: -1) == nil)
    }
}
