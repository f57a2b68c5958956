import BatonBase
import BatonIO
import Glibc

/// Waits for the next datagram from `source` at a socket. Others are passed over: the socket's port
/// may have been another test's a moment ago.
///
/// It blocks its thread in `poll` and does not suspend: a test that gave its thread away after each
/// look would come back behind whatever else is being tested, long after the deadline.
func nextDatagram(
    _ socket: borrowing UDPSocket, from source: SocketAddress, seconds: Int = 30
) -> [UInt8]? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var buffer = [UInt8](repeating: 0, count: 4_096)
    repeat {
        var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 100) > 0 else { continue }
        guard let (length, sender) = DatagramSocket.receive(socket.descriptor, into: &buffer)
        else { continue }
        if sender == source { return Array(buffer[..<length]) }
    } while ContinuousClock.now < deadline
    return nil
}
