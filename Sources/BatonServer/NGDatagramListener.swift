import BatonBase
import BatonIO

/// A UDP socket of the control protocol. Confined to the signalling loop.
final class NGDatagramListener {
    /// Executes a message from a peer and gives the reply.
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

    private var replies: [(bytes: [UInt8], source: SocketAddress)] = []

    /// How many messages are executed before the workers are woken and the replies sent, and the
    /// loop's other work has its turn. Each waking costs a change of threads, so many share one;
    /// the first of them waits some milliseconds at most.
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
    /// - Parameters:
    ///   - beforeReplies: called when some messages have been executed, before their replies go
    ///     out: the workers must have their commands before a party can send its first packet.
    ///   - afterTurn: called when a round of messages is done.
    func start(
        beforeReplies: @escaping () -> Void, afterTurn: @escaping () -> Void
    ) throws(SystemError) {
        try loop.watch(socket.number, for: .read) { [weak self] _ in
            self?.answerWaiting(beforeReplies)
            afterTurn()
        }
    }

    /// Stops and closes the socket.
    func stop() {
        loop.unwatch(socket.number)
    }

    private func answerWaiting(_ beforeReplies: () -> Void) {
        executeWaiting()
        beforeReplies()
        sendReplies()
    }

    /// Executes the messages that wait, up to a turn's share, and keeps their replies.
    private func executeWaiting() {
        for _ in 0..<Self.messagesPerTurn {
            guard let (message, source) = reader.receive(from: socket.number) else { return }
            guard admits(source.ip), let reply = execute(message, source) else { continue }
            replies.append((reply, source))
        }
    }

    private func sendReplies() {
        for (reply, source) in replies {
            if DatagramSocket.send(reply, through: socket.number, to: source) != 0 {
                repliesLost &+= 1
            }
        }
        replies.removeAll(keepingCapacity: true)
    }
}
