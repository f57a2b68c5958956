import BatonBase
import BatonIO
import Testing

@testable import BatonIO

@Suite("Receive queues of UDP sockets")
struct ReceiveQueueTests {
    private let table = Array(
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid drops
         101: 0100007F:7530 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 81 2 0 17
         102: 0100007F:07D0 0100007F:7530 07 00000000:00000000 00:00000000 00000000 0 0 82 2 0 5
        """.utf8)

    @Test("drops are read from the kernel's tables by local port, and added up")
    func readsTables() {
        #expect(ReceiveQueue.drops(atPort: 30_000, inTables: [table]) == 17)
        #expect(ReceiveQueue.drops(atPort: 30_000, inTables: [table, table]) == 34)
        #expect(ReceiveQueue.drops(atPort: 2_000, inTables: [table]) == 5)
        #expect(ReceiveQueue.drops(atPort: 0, inTables: [table]) == nil)
    }

    @Test("what does not fit into a socket's queue is counted, by descriptor and by port")
    func countsDrops() throws {
        var options = UDPSocketOptions()
        options.receiveBufferBytes = 4096
        let loopback = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0)
        let receiver = try UDPSocket(bindingTo: loopback, options: options)
        let bound = receiver.localAddress
        let address = try #require(bound)
        #expect(ReceiveQueue.drops(atPort: address.port) == 0)
        let sender = try UDPSocket(bindingTo: loopback)
        for _ in 0..<100 { _ = sender.send(Array(repeating: 0, count: 1000), to: address) }
        let drops = try #require(ReceiveQueue.drops(of: receiver.descriptor))
        #expect(drops > 0)
        #expect(ReceiveQueue.drops(atPort: address.port) == UInt64(drops))
    }
}
