import BatonBase
import BatonIO
import BatonNG

/// One TCP connection of the control protocol: messages in, replies out, both bounded (N1).
///
/// While replies wait to be sent nothing more is read, so that a peer that never reads holds one
/// reply's worth of memory at most, and is closed after ``NGStreamSettings/stallTimeout``.
final class NGStreamConnection {
    /// The peer.
    let peer: SocketAddress
    /// The descriptor, which this object closes when it goes.
    var descriptor: Int32 { socket.number }
    /// When something was last read or written.
    private(set) var lastActivity: Instant
    /// When the replies began to wait, `nil` when none do.
    private(set) var stalledSince: Instant?
    /// Whether the stream had no cookie where one belongs: it is closed without a reply.
    private(set) var hasBrokenWithoutCookie = false
    private let socket: Descriptor
    private var framer: NGStreamFramer
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var closesWhenSent = false

    /// What the driver does with the connection next.
    enum Step {
        /// Wait for more from the peer.
        case read
        /// Wait until the peer takes more.
        case write
        /// Close it.
        case close
    }

    init(owning descriptor: Int32, peer: SocketAddress, limits: NGLimits, at now: Instant) {
        socket = Descriptor(owning: descriptor)
        self.peer = peer
        framer = NGStreamFramer(limits: limits)
        lastActivity = now
    }

    /// Reads what is there and answers it; `execute` gives a message's reply.
    func readable(
        at now: Instant, buffer: inout [UInt8], execute: (NGFrame) -> [UInt8]?
    ) -> Step {
        guard outgoing.isEmpty else { return writable(at: now) }
        buffer.removeAll(keepingCapacity: true)
        do {
            switch try StreamSocket.read(descriptor, into: &buffer, limit: Self.readBytes) {
            case .wouldBlock: return .read
            case .endOfStream: return .close
            case .bytes: break
            }
        } catch {
            return .close
        }
        lastActivity = now
        framer.append(buffer)
        return answerComplete(at: now, execute: execute)
    }

    /// Goes on sending, then answers what was read before the replies had to wait.
    func writable(at now: Instant) -> Step {
        while sent < outgoing.count {
            do {
                switch try StreamSocket.write(descriptor, outgoing[sent...]) {
                case .bytes(let count):
                    sent += count
                    lastActivity = now
                    stalledSince = now
                case .wouldBlock:
                    stalledSince = stalledSince ?? now
                    return .write
                case .endOfStream:
                    return .close
                }
            } catch {
                return .close
            }
        }
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= Self.keptBytes)
        sent = 0
        stalledSince = nil
        return closesWhenSent ? .close : .read
    }

    /// Answers the messages that are complete, one reply at a time.
    func answerComplete(at now: Instant, execute: (NGFrame) -> [UInt8]?) -> Step {
        while outgoing.isEmpty, !closesWhenSent {
            do throws(NGStreamError) {
                guard let frame = try framer.next() else { return .read }
                if let reply = execute(frame) { outgoing = reply }
            } catch {
                closesWhenSent = true
                guard let cookie = error.cookie else {
                    hasBrokenWithoutCookie = true
                    return .close
                }
                let reply = NGReply.error(error.error)
                outgoing = reply.encoded(cookie: cookie, as: error.encoding ?? .bencode)
            }
            let step = writable(at: now)
            guard case .read = step else { return step }
        }
        return writable(at: now)
    }

    private static let readBytes = 16_384
    private static let keptBytes = 65_536
}
