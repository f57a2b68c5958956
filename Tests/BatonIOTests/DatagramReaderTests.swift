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
        let client = try UDPSocket(bindingTo: SocketAddress(ip: client, port: 0))
        let bound = server.localAddress
        let port = try #require(bound).port
        try client.connect(to: SocketAddress(ip: destination, port: port))
        let sending = client.send([1, 2, 3])
        #expect(sending == .sent)
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let (bytes, _) = reader.receive(from: server.descriptor) {
                let failure = reader.reply(bytes + [4], through: server.descriptor)
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
