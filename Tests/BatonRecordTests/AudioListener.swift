import BatonBase
import BatonIO
import Glibc
import Testing

/// A program that listens for audio, on real sockets. Its waits block the thread in `poll`.
final class AudioListener {
    private let socket: TCPListener
    let address: SocketAddress

    /// Listens at a port of its own, or at `address`.
    init(at address: SocketAddress? = nil, receiveBufferBytes: Int32? = nil) throws {
        socket = try TCPListener(
            bindingTo: address ?? SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0))
        let local = socket.localAddress
        self.address = try #require(local)
        guard var bytes = receiveBufferBytes else { return }
        setsockopt(
            socket.descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// An address at which nothing listens.
    static func nowhere() throws -> SocketAddress { try AudioListener().address }

    /// The next connection within `milliseconds`.
    func connection(milliseconds: Int32 = 10_000) throws -> AudioConnection? {
        var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0, let (number, _) = try socket.accept() else {
            return nil
        }
        return AudioConnection(number)
    }
}

/// What has come by one connection.
final class AudioConnection {
    private let descriptor: Descriptor
    private(set) var received: [UInt8] = []
    private(set) var isClosed = false

    init(_ number: Int32) { descriptor = Descriptor(owning: number) }

    /// Reads until `isEnough`, the end, or nothing for `seconds`.
    func read(seconds: Int32 = 10, until isEnough: ([UInt8]) -> Bool = { _ in false }) {
        while !isClosed, !isEnough(received) {
            var waiting = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, seconds * 1_000) > 0 else { return }
            switch try? StreamSocket.read(descriptor.number, into: &received, limit: 65_536) {
            case .bytes, .wouldBlock: continue
            case .endOfStream, nil: isClosed = true
            }
        }
    }

    /// Says something.
    func write(_ bytes: [UInt8]) {
        _ = try? StreamSocket.write(descriptor.number, bytes[...])
    }

    /// What precedes the audio.
    var header: String {
        String(decoding: received.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The bytes behind the header.
    var audio: ArraySlice<UInt8> { received.drop { $0 != 0 }.dropFirst() }

    /// The audio.
    var samples: [Int16] {
        let bytes = Array(audio)
        return stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }
}
