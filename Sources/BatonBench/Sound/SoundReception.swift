internal import BatonAudio
internal import BatonBase

/// What one listener has received: its RTP's order, times and sound.
struct SoundReception: Sendable {
    /// The most packets that are kept to be listened to.
    private let keptMax: Int
    private(set) var received: UInt64 = 0
    private(set) var lost: UInt64 = 0
    private(set) var unordered: UInt64 = 0
    private(set) var malformed: UInt64 = 0
    /// Packets whose timestamp does not follow from the one before.
    private(set) var timestampFaults: UInt64 = 0
    private(set) var payloadBytes: UInt64 = 0
    /// How often the SSRC changed.
    private(set) var sourceChanges: UInt64 = 0
    /// The payloads, in the order in which they came.
    private(set) var payloads: [[UInt8]] = []
    private var last: (sequence: UInt16, timestamp: UInt32, ssrc: UInt32)?

    /// A listener that has received nothing, and keeps thirty seconds unless told otherwise.
    init(keptMax: Int = 1_500) { self.keptMax = keptMax }

    /// Takes a datagram in.
    mutating func receive(
        _ packet: RawSpan, payloadType: UInt8, ticksPerPacket: UInt32, isMeasured: Bool
    ) {
        guard packet.byteCount > 12, packet.uint8(at: 0) >> 6 == 2,
            packet.uint8(at: 1) & 0x7f == payloadType
        else {
            if isMeasured { malformed &+= 1 }
            return
        }
        let start = 12 + 4 * Int(packet.uint8(at: 0) & 0x0f)
        guard start < packet.byteCount else { return }
        let now = (
            sequence: packet.uint16(at: 2), timestamp: packet.uint32(at: 4),
            ssrc: packet.uint32(at: 8)
        )
        if let last, isMeasured { compare(now, last, ticksPerPacket) }
        last = now
        guard isMeasured else { return }
        received &+= 1
        payloadBytes &+= UInt64(packet.byteCount - start)
        if payloads.count < keptMax {
            payloads.append((start..<packet.byteCount).map { packet.uint8(at: $0) })
        }
    }

    private mutating func compare(
        _ now: (sequence: UInt16, timestamp: UInt32, ssrc: UInt32),
        _ last: (sequence: UInt16, timestamp: UInt32, ssrc: UInt32), _ ticks: UInt32
    ) {
        guard now.ssrc == last.ssrc else {
            sourceChanges &+= 1
            return
        }
        let step = Int16(bitPattern: now.sequence &- last.sequence)
        guard step > 0 else {
            unordered &+= 1
            return
        }
        lost &+= UInt64(step - 1)
        if now.timestamp &- last.timestamp != UInt32(step) &* ticks { timestampFaults &+= 1 }
    }

    /// How loud `frequencyHz` is: the median over half seconds of its amplitude. `nil` when there
    /// is less than half a second.
    func amplitude(of frequencyHz: Double, _ codec: SoundCodec) throws(BenchError) -> Double? {
        // The first packets of a decoder that starts in the middle sound wrong.
        let samples = try codec.decode(payloads).dropFirst(1_600)
        return SoundReception.amplitude(of: frequencyHz, in: Array(samples), rateHz: 8_000)
    }

    /// The median over half seconds of a tone's amplitude.
    static func amplitude(of frequencyHz: Double, in samples: [Int16], rateHz: Int) -> Double? {
        let block = rateHz / 2
        let amplitudes = stride(from: 0, through: samples.count - block, by: block).map {
            Goertzel.amplitude(
                of: frequencyHz, in: samples.span.extracting($0..<$0 + block),
                sampleRateHz: rateHz)
        }
        return amplitudes.isEmpty ? nil : amplitudes.sorted()[amplitudes.count / 2]
    }
}
