import BatonBase
import BatonIO

/// A UDP socket of the control protocol. Confined to the signalling loop.
final class NGDatagramListener {
    /// Executes a message from a peer and gives the reply, which goes out at once: a client can
    /// work on it while the next message is executed.
    typealias Execute = (_ message: [UInt8], _ source: SocketAddress) -> [UInt8]?

    /// Where it listens.
    let address: SocketAddress
    /// Replies that the network did not take.
    private(set) var repliesLost: UInt64 = 0
    private let socket: Descriptor
    private let loop: EventLoop
    private let reader: DatagramReader
    private let execute: Execute
    private let admits: (IPAddress) -> Bool

    /// How many messages are executed before the workers are woken and the loop's other work has
    /// its turn. Each waking costs a change of threads, so many share one.
    static let messagesPerTurn = 64

    init(
        owning descriptor: Int32, at address: SocketAddress, on loop: EventLoop,
        reader: DatagramReader, admits: @escaping (IPAddress) -> Bool,
        execute: @escaping Execute
    ) {
        socket = Descriptor(owning: descriptor)
        self.address = address
        self.loop = loop
        self.reader = reader
        self.admits = admits
        self.execute = execute
    }

    /// Starts to answer.
    ///
    /// - Parameter afterTurn: called when a round of messages is done.
    func start(afterTurn: @escaping () -> Void) throws(SystemError) {
        DatagramReader.requestDestinations(socket.number)
        try loop.watch(socket.number, for: .read) { [weak self] _ in
            self?.answerWaiting()
            afterTurn()
        }
    }

    /// Stops and closes the socket.
    func stop() {
        loop.unwatch(socket.number)
    }

    /// Answers the messages that wait, up to a turn's share.
    private func answerWaiting() {
        for _ in 0..<Self.messagesPerTurn {
            guard let (message, source) = reader.receive(from: socket.number) else { return }
            guard admits(source.ip), let reply = execute(message, source) else { continue }
            if reader.reply(reply, through: socket.number) != 0 { repliesLost &+= 1 }
        }
    }
}
