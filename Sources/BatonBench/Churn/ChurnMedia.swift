internal import BatonBase
internal import BatonIO

/// Media of sessions that come and go: one packet each way of every session that has media, each
/// time ``turn(_:)`` is called. Every arrival is checked to be of the session that now has the
/// socket.
struct ChurnMedia: ~Copyable {
    private let codec: MediaPacketCodec
    private let sockets: PartySockets
    private var burst: DatagramBurst
    private var packet: [UInt8]
    private var sequence: UInt32 = 0
    /// Since when each place has had its present session.
    private var since: [Instant]
    /// Packets sent.
    private(set) var sent: UInt64 = 0
    /// Packets that came back whole to the right party.
    private(set) var received: UInt64 = 0
    /// Packets of another session, or changed ones.
    private(set) var wrong: UInt64 = 0

    init(run: UInt32, sockets: PartySockets) {
        codec = MediaPacketCodec(run: run, payloadBytes: 160)
        self.sockets = sockets
        burst = DatagramBurst(capacity: 16, datagramBytes: codec.packetBytes + 64)
        packet = Array(repeating: 0, count: codec.packetBytes)
        since = Array(repeating: Instant(nanoseconds: 0), count: sockets.descriptors.count / 2)
    }

    /// Reads and sends for `sessions`: pairs of the place of its sockets and the session's number.
    mutating func turn(_ sessions: [(place: Int, number: Int)]) {
        sequence &+= 1
        for session in sessions {
            for direction in MediaDirection.allCases {
                read(session.place, session.number, direction)
                let sender = PartySockets.index(
                    call: session.place, isCallee: direction == .calleeToCaller)
                let stamp = MediaStamp(
                    call: UInt32(truncatingIfNeeded: session.number), direction: direction,
                    sequence: sequence, sentAt: MonotonicClock.now())
                if send(stamp, on: sockets.descriptors[sender]) == .sent { sent += 1 }
            }
        }
    }

    /// Throws away what waits in the sockets of a place, before another session gets them. What
    /// was sent before and is still on its way counts neither as received nor as wrong.
    mutating func discard(place: Int) {
        since[place] = MonotonicClock.now()
        for direction in MediaDirection.allCases {
            let receiver = PartySockets.receiver(call: place, direction)
            while burst.receive(from: sockets.descriptors[receiver]) == burst.capacity {}
        }
    }

    private mutating func send(_ stamp: MediaStamp, on descriptor: Int32) -> DatagramSending {
        let codec = codec
        var bytes = packet.mutableSpan
        var rawBytes = bytes.mutableBytes
        codec.write(stamp, into: &rawBytes)
        return packet.span.bytes.send(on: descriptor)
    }

    private mutating func read(_ place: Int, _ number: Int, _ direction: MediaDirection) {
        let receiver = PartySockets.receiver(call: place, direction)
        let count = burst.receive(from: sockets.descriptors[receiver])
        for slot in 0..<count {
            guard case .intact(let stamp) = codec.read(burst.datagram(slot)) else {
                wrong += 1
                continue
            }
            if Int(stamp.call) == number, stamp.direction == direction {
                received += 1
            } else if stamp.sentAt >= since[place] {
                wrong += 1
            }
        }
    }
}
