import BatonBase
import BatonIO
import Glibc
import Testing

@Suite("Control datagrams (N1)")
struct DatagramReaderTests {
    private let reader = DatagramReader()

    /// Sends from a connected socket to `destination` of the machine, where `server` listens, and
    /// gives the reply: a connected socket takes nothing from another address.
    private func exchange(
        _ server: borrowing UDPSocket, from client: IPAddress, to destination: IPAddress
    ) async throws -> [UInt8]? {
        let bound = server.localAddress
        let port = try #require(bound).port
        let destination = SocketAddress(ip: destination, port: port)
        return try await exchange(server.descriptor, from: client, to: destination)
    }

    private func exchange(
        _ server: Int32, from client: IPAddress, to destination: SocketAddress
    ) async throws -> [UInt8]? {
        let client = try UDPSocket(bindingTo: SocketAddress(ip: client, port: 0))
        try client.connect(to: destination)
        let sending = client.send([1, 2, 3])
        #expect(sending == .sent)
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let (bytes, _) = reader.receive(from: server) {
                let failure = reader.reply(bytes + [4], through: server)
                #expect(failure == 0)
                break
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        var buffer = [UInt8](repeating: 0, count: 64)
        let answer = DatagramSocket.receive(client.descriptor, into: &buffer)
        return answer.map { Array(buffer[..<$0.length]) }
    }

    @Test("a socket bound to every address answers from the one that the request was sent to")
    func wildcard() async throws {
        let server = try UDPSocket(bindingTo: SocketAddress(ip: IPAddress(v4: 0), port: 0))
        DatagramReader.requestDestinations(server.descriptor)
        let client = IPAddress(v4: 0x7f00_0001)
        for last in [0x7f00_0001, 0x7f00_0009, 0x7f4d_0102] as [UInt32] {
            let reply = try await exchange(server, from: client, to: IPAddress(v4: last))
            #expect(reply == [1, 2, 3, 4])
        }
    }

    @Test("a socket of both families, as service managers pass it, answers IPv4 as well as IPv6")
    func bothFamilies() async throws {
        let server = try #require(boundToBothFamilies())
        defer { close(server.descriptor) }
        DatagramReader.requestDestinations(server.descriptor)
        let client = IPAddress(v4: 0x7f00_0001)
        for last in [0x7f00_0001, 0x7f00_0009] as [UInt32] {
            let destination = SocketAddress(ip: IPAddress(v4: last), port: server.port)
            let reply = try await exchange(server.descriptor, from: client, to: destination)
            #expect(reply == [1, 2, 3, 4])
        }
        let loopback = IPAddress(v6High: 0, low: 1)
        let destination = SocketAddress(ip: loopback, port: server.port)
        let reply = try await exchange(server.descriptor, from: loopback, to: destination)
        #expect(reply == [1, 2, 3, 4])
    }

    /// A socket on every address of IPv6 that takes IPv4 as well.
    private func boundToBothFamilies() -> (descriptor: Int32, port: UInt16)? {
        let descriptor = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        var (off, length) = (Int32(0), socklen_t(MemoryLayout<sockaddr_in6>.size))
        setsockopt(
            descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        let failure = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) | getsockname(descriptor, generic, &length)
            }
        }
        guard failure == 0 else { return nil }
        return (descriptor, UInt16(bigEndian: address.sin6_port))
    }

    @Test("the same of IPv6, and of a socket bound to one address")
    func others() async throws {
        let loopback = IPAddress(v6High: 0, low: 1)
        for address in [IPAddress(v6High: 0, low: 0), loopback] {
            let server = try UDPSocket(bindingTo: SocketAddress(ip: address, port: 0))
            DatagramReader.requestDestinations(server.descriptor)
            #expect(try await exchange(server, from: loopback, to: loopback) == [1, 2, 3, 4])
        }
        let server = try UDPSocket(
            bindingTo: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0))
        let client = IPAddress(v4: 0x7f00_0001)
        #expect(try await exchange(server, from: client, to: client) == [1, 2, 3, 4])
    }
}
