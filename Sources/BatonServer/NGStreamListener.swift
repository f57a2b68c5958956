import BatonBase
import BatonIO
import BatonNG

/// The bounds of the control protocol's TCP connections.
struct NGStreamSettings {
    /// How many connections may be open over all listeners.
    var connections = 1_024
    /// How long a connection may be silent.
    var idleTimeout: Duration = .seconds(600)
    /// How long replies may wait for a peer that does not read.
    var stallTimeout: Duration = .seconds(10)
    /// The limits of one message.
    var messages = NGLimits()
}

/// The TCP listeners of the control protocol and their connections. Confined to the signalling
/// loop.
final class NGStreamServer {
    /// Executes a message from a peer and gives the reply.
    typealias Execute = (_ frame: NGFrame, _ peer: SocketAddress) -> [UInt8]?

    /// The bounds in force.
    var settings: NGStreamSettings
    /// Connections closed because there were too many.
    private(set) var refused: UInt64 = 0
    /// Connections closed because the peer did not read or was silent.
    private(set) var dropped: UInt64 = 0
    /// Where it listens.
    private(set) var addresses: [SocketAddress] = []
    private var listeners: [Int32: Listening] = [:]
    private var connections: [Int32: NGStreamConnection] = [:]
    private var writing: Set<Int32> = []
    private let loop: EventLoop
    private let admits: (IPAddress) -> Bool
    private let execute: Execute
    private let withoutCookie: (SocketAddress) -> Void
    private let clock: () -> Instant
    private let afterTurn: () -> Void
    private var buffer: [UInt8] = []

    /// A listener in a box, since it cannot be copied.
    private final class Listening {
        let socket: TCPListener
        /// Not watched: there were no descriptors left to accept with.
        var isPaused = false

        init(_ socket: consuming TCPListener) {
            self.socket = socket
        }
    }

    /// How many connections are accepted before the loop's other work has its turn.
    static let acceptsPerTurn = 64

    init(
        on loop: EventLoop, settings: NGStreamSettings, clock: @escaping () -> Instant,
        admits: @escaping (IPAddress) -> Bool, execute: @escaping Execute,
        withoutCookie: @escaping (_ peer: SocketAddress) -> Void, afterTurn: @escaping () -> Void
    ) {
        self.loop = loop
        self.settings = settings
        self.clock = clock
        self.admits = admits
        self.execute = execute
        self.withoutCookie = withoutCookie
        self.afterTurn = afterTurn
    }

    /// How many connections are open.
    var connectionCount: Int { connections.count }

    /// Accepts from `listener` from now on.
    func add(_ listener: consuming TCPListener) throws(SystemError) {
        let listening = Listening(listener)
        let descriptor = listening.socket.descriptor
        if let address = listening.socket.localAddress { addresses.append(address) }
        listeners[descriptor] = listening
        try watch(listening)
    }

    /// Closes everything.
    func stop() {
        for descriptor in listeners.keys { loop.unwatch(descriptor) }
        for descriptor in connections.keys { loop.unwatch(descriptor) }
        listeners = [:]
        connections = [:]
        writing = []
    }

    /// Closes the connections of peers that `isAllowed` no longer permits (N6); how many.
    func closeConnections(unless isAllowed: (IPAddress) -> Bool) -> Int {
        let strangers = connections.filter { !isAllowed($0.value.peer.ip) }
        for descriptor in strangers.keys { close(descriptor) }
        return strangers.count
    }

    /// Closes what was silent for too long and accepts again where descriptors had run out. The
    /// driver calls it about once a second.
    func housekeep(at now: Instant) {
        for (descriptor, connection) in connections {
            let isStalled =
                connection.stalledSince.map { now - $0 >= settings.stallTimeout } ?? false
            if isStalled || now - connection.lastActivity >= settings.idleTimeout {
                dropped &+= 1
                close(descriptor)
            }
        }
        for listening in listeners.values where listening.isPaused {
            listening.isPaused = false
            // Descriptors that are still missing pause it again at the next accept.
            try? watch(listening)
        }
    }

    private func watch(_ listening: Listening) throws(SystemError) {
        try loop.watch(listening.socket.descriptor, for: .read) { [weak self, weak listening] _ in
            guard let self, let listening else { return }
            acceptWaiting(listening)
        }
    }

    private func acceptWaiting(_ listening: Listening) {
        for _ in 0..<Self.acceptsPerTurn {
            do throws(SystemError) {
                guard let (descriptor, peer) = try listening.socket.accept() else { return }
                take(descriptor, peer)
            } catch {
                // The connection stays in the queue, which would wake the loop without end.
                loop.unwatch(listening.socket.descriptor)
                listening.isPaused = true
                return
            }
        }
    }

    private func take(_ descriptor: Int32, _ peer: SocketAddress?) {
        guard let peer, admits(peer.ip) else {
            Descriptor.close(taken: descriptor)
            return
        }
        guard connections.count < settings.connections else {
            refused &+= 1
            Descriptor.close(taken: descriptor)
            return
        }
        let connection = NGStreamConnection(
            owning: descriptor, peer: peer, limits: settings.messages, at: clock())
        do {
            try loop.watch(descriptor, for: .read) { [weak self] readiness in
                self?.serve(descriptor, readiness)
            }
            connections[descriptor] = connection
        } catch {
            refused &+= 1
        }
    }

    private func serve(_ descriptor: Int32, _ readiness: Readiness) {
        guard let connection = connections[descriptor] else { return }
        let now = clock()
        let run = { [execute] (frame: NGFrame) in execute(frame, connection.peer) }
        var step: NGStreamConnection.Step
        if writing.contains(descriptor) {
            step = connection.writable(at: now)
            if case .read = step { step = connection.answerComplete(at: now, execute: run) }
        } else {
            step = connection.readable(at: now, buffer: &buffer, execute: run)
        }
        if connection.hasBrokenWithoutCookie { withoutCookie(connection.peer) }
        follow(step, descriptor)
        afterTurn()
    }

    private func follow(_ step: NGStreamConnection.Step, _ descriptor: Int32) {
        switch step {
        case .close:
            close(descriptor)
        case .write:
            if writing.insert(descriptor).inserted { modify(descriptor, for: .write) }
        case .read:
            if writing.remove(descriptor) != nil { modify(descriptor, for: .read) }
        }
    }

    private func modify(_ descriptor: Int32, for interest: Readiness) {
        do {
            try loop.modify(descriptor, for: interest)
        } catch {
            close(descriptor)
        }
    }

    private func close(_ descriptor: Int32) {
        loop.unwatch(descriptor)
        writing.remove(descriptor)
        connections[descriptor] = nil
    }
}
