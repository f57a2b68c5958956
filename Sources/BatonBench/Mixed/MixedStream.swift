internal import BatonBase
internal import BatonIO

/// One direction of a call: what was sent, what came of it, and what is wrong with that.
struct MixedStream: Sendable {
    /// What is heard of a stream whose payload the relay makes.
    struct Hearing: Sendable {
        var codec: SoundCodec
        var payloadType: UInt8
        /// The tone that must be heard, in Hz, and its amplitude; `nil` for any sound.
        var toneHz: Double?
    }

    /// So much is kept of a sound to look for its tone: a second.
    private static let keptMax = 50

    /// What is heard where the relay makes the payload; `nil` where each packet must arrive as it
    /// was sent.
    let hearing: Hearing?
    /// Whether nobody sends but the relay.
    let isPlayed: Bool
    /// Packets that the kernel took.
    private(set) var sent: UInt64 = 0
    /// Packets for which nobody listened at the relay's port.
    private(set) var refused: UInt64 = 0
    /// Packets that the kernel would not take: the generator's fault.
    private(set) var unsent: UInt64 = 0
    /// Packets that came back as they were sent, for the first time.
    private(set) var exact: UInt64 = 0
    /// Packets that came before one that was sent earlier, or twice.
    private(set) var unordered: UInt64 = 0
    /// Packets that were changed, not authentic, of another call, or none of ours.
    private(set) var wrong: UInt64 = 0
    private var reception = StreamReception()
    /// What was heard.
    private(set) var sound = SoundReception(keptMax: Self.keptMax)

    init(_ hearing: Hearing?, isPlayed: Bool = false) {
        self.hearing = hearing
        self.isPlayed = isPlayed
    }

    /// Counts a packet that was handed to the kernel.
    mutating func note(_ sending: DatagramSending) {
        switch sending {
        case .sent: sent &+= 1
        case .refused: refused &+= 1
        case .full, .failed: unsent &+= 1
        }
    }

    /// Takes in a packet that must be one of call `number`, in `direction`.
    mutating func receive(_ reading: MediaReading, call: Int, _ direction: MediaDirection) {
        guard case .intact(let stamp) = reading, Int(stamp.call) == call,
            stamp.direction == direction
        else {
            wrong &+= 1
            return
        }
        switch reception.receive(stamp.sequence) {
        case .inOrder: exact &+= 1
        case .reordered:
            exact &+= 1
            unordered &+= 1
        case .duplicate: unordered &+= 1
        }
    }

    /// Takes in a packet whose payload the relay has made.
    mutating func receive(_ packet: RawSpan, _ hearing: Hearing) {
        sound.receive(
            packet, payloadType: hearing.payloadType,
            ticksPerPacket: hearing.codec.ticksPerPacket, isMeasured: true)
    }

    // MARK: Verdict

    /// Packets that came.
    var received: UInt64 { hearing == nil ? exact : sound.received }
    /// Packets that were to come, of the stream that is sent.
    private var offered: UInt64 { sent &+ refused }
    /// Whether nothing more is to come.
    var isComplete: Bool { isPlayed || received >= offered }
    /// Packets that have not come: by their number, or, where the relay numbers them, by what was
    /// sent and by the gaps.
    var lost: UInt64 {
        let missing = offered > received ? offered - received : 0
        return isPlayed ? sound.lost : max(missing, sound.lost)
    }
    /// Packets more than were sent, of a stream whose packets the relay makes anew.
    var surplus: UInt64 {
        !isPlayed && hearing != nil && received > offered ? received - offered : 0
    }
    /// Packets that do not go on where the one before ended: their timestamp jumps, or their SSRC
    /// changes.
    var jumps: UInt64 { sound.timestampFaults &+ sound.sourceChanges }
    /// Everything that came and should not have.
    var strange: UInt64 { wrong &+ sound.malformed }
    /// Everything out of order.
    var disorder: UInt64 { unordered &+ sound.unordered &+ surplus }

    /// Whether the tone is heard; `nil` when there is none, or too little to tell.
    func hearsTone() throws(BenchError) -> Bool? {
        guard let hearing, let toneHz = hearing.toneHz, sound.payloads.count == Self.keptMax,
            let amplitude = try sound.amplitude(of: toneHz, hearing.codec)
        else { return nil }
        return ToneCheck.fit.contains(amplitude / SpeechSource.pilotAmplitude)
    }
}
