import BatonBase
import Testing

@testable import BatonMedia

@Suite("Handshakes that wait for their turn (N19)")
struct HandshakeQueueTests {
    private func append(_ bytes: [UInt8], _ port: Int, to queue: inout HandshakeQueue) -> Bool {
        queue.append(
            bytes.span.bytes, from: source(port), port: port, opening: UInt32(port))
    }

    private func source(_ port: Int) -> SocketAddress {
        SocketAddress(ip: IPAddress(v4: 0xc000_0201), port: UInt16(port))
    }

    @Test("datagrams leave in the order in which they came, round and round")
    func order() {
        var queue = HandshakeQueue(capacity: 3)
        #expect(queue.firstPort == nil)
        for number in 0..<20 {
            #expect(append([UInt8(number), 1], number, to: &queue))
            #expect(append([UInt8(number), 2], number + 100, to: &queue))
            #expect(queue.count == 2)
            for (port, second) in [(number, UInt8(1)), (number + 100, 2)] {
                #expect(queue.firstPort?.index == port)
                #expect(queue.firstPort?.opening == UInt32(port))
                #expect(queue.firstSource == source(port))
                let bytes = queue.first.copiedBytes()
                #expect(bytes == [UInt8(number), second])
                queue.removeFirst()
            }
        }
        #expect(queue.firstPort == nil)
    }

    @Test("a full queue refuses, and a datagram that is too long too")
    func limits() {
        var queue = HandshakeQueue(capacity: 2)
        let longest = [UInt8](repeating: 9, count: HandshakeQueue.slotBytes)
        #expect(!append(longest + [1], 0, to: &queue))
        #expect(append(longest, 0, to: &queue))
        #expect(append([], 1, to: &queue))
        #expect(!append([1], 2, to: &queue))
        let bytes = queue.first.copiedBytes()
        #expect(bytes == longest)
        queue.removeFirst()
        let none = queue.first.byteCount
        #expect(none == 0 && append([1], 2, to: &queue))
        queue.removeFirst()
        queue.removeFirst()
        queue.removeFirst()
        #expect(queue.count == 0)
    }
}
