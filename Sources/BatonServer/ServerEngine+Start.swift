import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonNG

// Opening the control sockets.
extension ServerEngine {
    /// SO_RCVBUF of the control sockets: room for a burst of some thousand messages.
    private static let receiveBufferBytes = 4 << 20

    /// Opens every configured control socket, or takes it from the service manager.
    func openListeners(passed: [ServiceManager.PassedSocket]) throws(SetupError) {
        let streams = makeStreamServer()
        self.streams = streams
        let reader = DatagramReader()
        for socket in passed {
            switch socket.kind {
            case .datagram: try add(datagram: socket.descriptor, at: socket.address, reader)
            case .listener:
                try add(TCPListener(owning: socket.descriptor), at: socket.address, to: streams)
            }
        }
        for listener in config.ng.listen {
            let isPassed = { (kind: ServiceManager.PassedSocket.Kind) in
                passed.contains { $0.kind == kind && $0.address == listener.address }
            }
            var address = listener.address
            if listener.usesUDP, !isPassed(.datagram) {
                address = try openDatagram(at: address, reader)
            }
            if listener.usesTCP, !isPassed(.listener) { try openStream(at: address, streams) }
        }
        guard !datagrams.isEmpty || !streams.addresses.isEmpty else {
            throw SetupError("no control address is configured; name one with --ng ADDRESS:PORT")
        }
    }

    private func makeStreamServer() -> NGStreamServer {
        NGStreamServer(
            on: loop, settings: NGStreamSettings(config), clock: MonotonicClock.now,
            admits: { [core] in core.admits($0) },
            execute: { [core] frame, peer in
                defer { core.plane.flush() }
                return core.receive(frame, from: peer.ip, at: MonotonicClock.now())
            },
            withoutCookie: { [core] peer in core.noteUnusable(from: peer.ip) },
            afterTurn: { [weak self] in self?.finishTurn() })
    }

    /// Opens a UDP socket; its address with the port that port 0 became.
    private func openDatagram(
        at address: SocketAddress, _ reader: DatagramReader
    ) throws(SetupError) -> SocketAddress {
        do {
            var options = UDPSocketOptions()
            options.receiveBufferBytes = Self.receiveBufferBytes
            let socket = try UDPSocket(bindingTo: address, options: options)
            let bound = socket.localAddress ?? address
            try add(datagram: socket.takeDescriptor(), at: bound, reader)
            return bound
        } catch let error as SystemError {
            throw SetupError(occupied: address, "UDP", error)
        } catch let error as SetupError {
            throw error
        } catch {
            throw SetupError("cannot listen for ng on \(address): \(error)")
        }
    }

    private func openStream(
        at address: SocketAddress, _ streams: NGStreamServer
    ) throws(SetupError) {
        do {
            try streams.add(try TCPListener(bindingTo: address))
        } catch {
            throw SetupError(occupied: address, "TCP", error)
        }
    }

    private func add(
        datagram descriptor: Int32, at address: SocketAddress, _ reader: DatagramReader
    ) throws(SetupError) {
        let listener = NGDatagramListener(
            owning: descriptor, at: address, on: loop, reader: reader,
            admits: { [core] in core.admits($0) },
            execute: { [weak self] message, source in self?.execute(message, from: source) })
        do {
            try listener.start { [weak self] in self?.finishTurn() }
        } catch {
            throw SetupError(occupied: address, "UDP", error)
        }
        datagrams.append(listener)
    }

    private func add(
        _ listener: consuming TCPListener, at address: SocketAddress, to streams: NGStreamServer
    ) throws(SetupError) {
        do {
            try streams.add(listener)
        } catch {
            throw SetupError(occupied: address, "TCP", error)
        }
    }

    /// Where the control protocol is listened for.
    var listeners: [ListenerStatus] {
        datagrams.map { ListenerStatus(transport: "udp", address: $0.address) }
            + (streams?.addresses ?? []).map { ListenerStatus(transport: "tcp", address: $0) }
    }
}

extension NGStreamSettings {
    /// The part of `config` that is about TCP connections.
    init(_ config: Config) {
        connections = config.ng.connections
        idleTimeout = config.ng.idleTimeout
    }
}
