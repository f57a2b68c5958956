import BatonBase
import BatonConfig
import BatonIO
import BatonNG
import Logging
import Testing

@testable import BatonServer

/// A relay on loopback with ports of its own choice, and a UDP client.
final class ServerFixture {
    let server: RelayServer
    let udp: SocketAddress
    private let client: UDPSocket
    private let reader = DatagramReader()
    private var cookie = 0

    init(
        rtp: ClosedRange<UInt16> = ServerFixture.sharedPorts,
        _ change: (inout Config) -> Void = { _ in },
        logger: Logger = ServerFixture.logger, observer: (@Sendable (ServerEvent) -> Void)? = nil
    ) async throws {
        let config = Self.config(rtp: rtp, change)
        server = try await RelayServer.start(
            config, facts: Self.facts, logger: logger, observer: observer)
        let listeners = await server.listeners
        udp = try #require(listeners.first { $0.transport == "udp" }).address
        client = try UDPSocket(bindingTo: SocketAddress(ip: Self.loopback, port: 0))
    }

    static let loopback = IPAddress(v4: 0x7f00_0001)
    /// 127.78.0.1: the control sockets' own address. UDP chooses the port there, and no other
    /// test's connection can hold the same port for TCP.
    static let control = IPAddress(v4: 0x7f4e_0001)
    /// What servers take whose test does not care which ports they have. They run side by side, so
    /// a test that counts on certain ports names a range outside of this one.
    static let sharedPorts: ClosedRange<UInt16> = 61_000...61_999
    static let facts = MachineFacts(
        addresses: [.init(device: "lo", address: loopback)], processors: 1)
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func config(
        rtp: ClosedRange<UInt16> = ServerFixture.sharedPorts,
        _ change: (inout Config) -> Void = { _ in }
    ) -> Config {
        var config = Config.defaults
        config.ng.listen = [.init(address: SocketAddress(ip: control, port: 0))]
        config.media.ports = rtp
        config.media.workers = 1
        config.timeouts.deleteDelay = .zero
        change(&config)
        return config
    }

    /// The TCP control address: the UDP one's.
    var tcp: SocketAddress { udp }

    /// Sends a datagram and waits for its reply; `nil` when none comes in time.
    func exchange(_ message: [UInt8], patience: Duration = .seconds(30)) async -> [UInt8]? {
        // As a proxy does, it asks again: UDP promises nothing, and the same cookie has the same
        // reply.
        let end = MonotonicClock.now() + patience
        repeat {
            _ = DatagramSocket.send(message, through: client.descriptor, to: udp)
            while let reply = await receive(patience: min(patience, .seconds(5))) {
                let cookie = message.prefix { $0 != 0x20 }
                if reply.starts(with: cookie) { return reply }
            }
        } while MonotonicClock.now() < end
        return nil
    }

    /// Sends a datagram and waits for nothing.
    func sendOnly(_ message: [UInt8]) {
        _ = DatagramSocket.send(message, through: client.descriptor, to: udp)
    }

    func receive(patience: Duration = .seconds(30)) async -> [UInt8]? {
        let end = MonotonicClock.now() + patience
        repeat {
            if let (reply, _) = reader.receive(from: client.descriptor) { return reply }
            try? await Task.sleep(for: .milliseconds(2))
        } while MonotonicClock.now() < end
        // The sleep may have lasted past the end, behind whatever else is being tested.
        return reader.receive(from: client.descriptor)?.bytes
    }

    /// Sends a request and gives the reply's dictionary.
    func send(_ command: String, _ fields: NGDictionary = [:]) async throws -> NGDictionary {
        var body = fields
        body.append("command", .text(command))
        cookie += 1
        let message = NGMessageFraming.join(
            cookie: NGBytes("u\(cookie)"), document: BencodeCodec.encode(body))
        let reply = try #require(await exchange(message, patience: .seconds(30)))
        return try #require(NGMessageFraming.split(reply)).decode()
    }

    func offer(_ callID: String, _ more: NGDictionary = [:]) async throws -> NGDictionary {
        var fields = more
        fields.append("sdp", .text(CoreHarness.sdpA))
        fields.append("call-id", .text(callID))
        fields.append("from-tag", "a")
        return try await send("offer", fields)
    }

    func answer(_ callID: String) async throws -> NGDictionary {
        try await send(
            "answer",
            [
                "sdp": .text(CoreHarness.sdpB), "call-id": .text(callID), "from-tag": "a",
                "to-tag": "b",
            ])
    }

    /// Waits until `condition` holds, for at most a minute.
    static func eventually(_ condition: () async -> Bool) async -> Bool {
        let end = MonotonicClock.now() + .seconds(60)
        repeat {
            if await condition() { return true }
            try? await Task.sleep(for: .milliseconds(5))
        } while MonotonicClock.now() < end
        return await condition()
    }
}

/// A TCP connection of a test.
final class StreamClient {
    private let socket: Descriptor
    private(set) var received: [UInt8] = []
    private(set) var isClosed = false

    init(to address: SocketAddress) throws {
        socket = Descriptor(owning: try StreamSocket.connect(to: address))
    }

    func send(_ bytes: [UInt8]) async {
        var rest = bytes[...]
        let end = MonotonicClock.now() + .seconds(30)
        while !rest.isEmpty, MonotonicClock.now() < end {
            guard case .bytes(let count)? = try? StreamSocket.write(socket.number, rest) else {
                try? await Task.sleep(for: .milliseconds(1))
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends as much as the connection takes without waiting; how much that was.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        guard case .bytes(let count)? = try? StreamSocket.write(socket.number, bytes[...]) else {
            return 0
        }
        return count
    }

    /// Reads until `condition` holds, the peer closes, or twenty seconds are over.
    func read(until condition: ([UInt8]) -> Bool) async {
        let end = MonotonicClock.now() + .seconds(60)
        while !condition(received), !isClosed, MonotonicClock.now() < end {
            do {
                switch try StreamSocket.read(socket.number, into: &received, limit: 1 << 20) {
                case .bytes: break
                case .endOfStream: isClosed = true
                case .wouldBlock: try? await Task.sleep(for: .milliseconds(2))
                }
            } catch {
                isClosed = true
            }
        }
    }
}
