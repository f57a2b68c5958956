internal import BatonBase
internal import BatonCrypto
internal import BatonIO

/// Sends and checks the media of ``MixedBench``'s calls, from one thread.
struct MixedMedia: ~Copyable {
    private static let payloadBytes = 160
    /// A call that is further behind than this leaves packets out instead of sending them at once.
    private static let greatestDelay: Duration = .seconds(1)

    private let codec: MediaPacketCodec
    private let sockets: PartySockets
    /// What is sent in each codec: packets of each pilot tone, over and over.
    private let loops: [SoundCodec: [[[UInt8]]]]
    private var burst = DatagramBurst(capacity: 16, datagramBytes: 4096)
    private var packet = [UInt8](repeating: 0, count: 4096)
    /// Room for a packet while it is unprotected.
    private var opened = [UInt8](repeating: 0, count: 4096)
    /// Packets handed to the kernel.
    private(set) var sent: UInt64 = 0
    /// How long after its time each packet was sent.
    private(set) var lateness = LatencyHistogram()
    /// Packets of RTCP, which nobody counts.
    private(set) var controlPackets: UInt64 = 0

    /// - Throws: `BenchError.system` when Opus will not encode.
    init(run: UInt32, sockets: PartySockets, relay: RelayBenchOptions) throws(BenchError) {
        codec = MediaPacketCodec(run: run, payloadBytes: Self.payloadBytes)
        self.sockets = sockets
        var options = TranscodeBenchOptions(relay: relay)
        options.relay.calls = SpeechSource.pilotsHz.count
        var loops: [SoundCodec: [[[UInt8]]]] = [:]
        for codec in [SoundCodec.pcmu, .opus] {
            options.from = codec
            loops[codec] = try TranscodeBench.loops(options)
        }
        self.loops = loops
    }

    // MARK: Sending

    /// Sends what is due in a call, one packet each way at most, and reads what has come.
    mutating func serve(_ call: MixedCall, at now: Instant) {
        let due = call.nextDue
        guard call.phase == .talking, due <= now else { return }
        if now - due > Self.greatestDelay { call.firstDue = call.firstDue + (now - due) }
        for direction in MediaDirection.allCases where call.sends(direction) {
            lateness.record(nanoseconds: now.nanosecondsSince(due))
            let result = send(call, direction, at: now)
            if result == .sent { sent &+= 1 }
            call.streams[Int(direction.rawValue)].note(result)
        }
        call.rounds += 1
        if call.rounds % 2 == 0 { read(call, at: now) }
    }

    private mutating func send(
        _ call: MixedCall, _ direction: MediaDirection, at now: Instant
    ) -> DatagramSending {
        var length = write(call, direction, at: now)
        let party = direction == .callerToCallee ? 0 : 1
        if let protection = call.protections[party] {
            var span = packet.mutableSpan
            var bytes = span.mutableBytes
            guard let protected = protection.protect(&bytes, byteCount: length) else {
                return .failed(0)
            }
            length = protected
        }
        let descriptor = sockets.descriptors[call.place * 2 + party]
        return packet.span.bytes.extracting(0..<length).send(on: descriptor)
    }

    /// Writes the next packet, and gives its length.
    private mutating func write(
        _ call: MixedCall, _ direction: MediaDirection, at now: Instant
    ) -> Int {
        let (codec, loops) = (codec, loops)
        let sequence = call.firstSequence &+ UInt32(truncatingIfNeeded: call.rounds)
        var span = packet.mutableSpan
        var bytes = span.mutableBytes
        guard let sending = call.sending(direction), let choice = loops[sending.codec] else {
            codec.write(
                MediaStamp(
                    call: UInt32(truncatingIfNeeded: call.number), direction: direction,
                    sequence: sequence, sentAt: now), into: &bytes)
            return codec.packetBytes
        }
        let loop = choice[call.number % choice.count]
        let payload = loop[Int(call.rounds % UInt64(loop.count))]
        bytes.store(UInt8(0x80), at: 0)
        bytes.store(sending.payloadType, at: 1)
        bytes.store(UInt16(truncatingIfNeeded: sequence), at: 2)
        bytes.store(sequence &* sending.codec.ticksPerPacket, at: 4)
        let stream = UInt32(truncatingIfNeeded: call.number) &* 2 &+ direction.rawValue
        bytes.store((stream &+ 1) &* 0x9e37_79b1, at: 8)
        for (index, byte) in payload.enumerated() { bytes.store(byte, at: 12 + index) }
        return 12 + payload.count
    }

    // MARK: Receiving

    /// Reads what has come for both parties of a call.
    mutating func read(_ call: MixedCall, at now: Instant) {
        for direction in MediaDirection.allCases {
            let receiver = PartySockets.receiver(call: call.place, direction)
            var count = 0
            repeat {
                count = burst.receive(from: sockets.descriptors[receiver])
                // What is played goes on for ever; nobody waits for it.
                if count > 0, call.sends(direction) { call.lastArrival = now }
                for slot in 0..<count { take(slot, call, direction) }
            } while count == burst.capacity
        }
    }

    private mutating func take(_ slot: Int, _ call: MixedCall, _ direction: MediaDirection) {
        let length = burst.datagram(slot).byteCount
        guard length > 1 else { return }
        let (first, second) = (
            burst.datagram(slot).uint8(at: 0), burst.datagram(slot).uint8(at: 1)
        )
        // RTCP on the port of RTP (RFC 5761 §4), and the last flights of DTLS (RFC 5764 §5.1.2).
        if (192...223).contains(second) {
            controlPackets &+= 1
            return
        }
        if (20...63).contains(first) { return }
        let (codec, stream) = (codec, Int(direction.rawValue))
        guard let protection = call.protections[direction == .callerToCallee ? 1 : 0] else {
            Self.enter(burst.datagram(slot), codec, in: call, direction)
            return
        }
        guard let plain = unprotect(slot, length, protection) else {
            call.streams[stream].receive(.corrupt, call: call.number, direction)
            return
        }
        Self.enter(opened.span.bytes.extracting(0..<plain), codec, in: call, direction)
    }

    /// Unprotects a datagram into ``opened``; `nil` when it is not authentic.
    private mutating func unprotect(
        _ slot: Int, _ length: Int, _ protection: PartyProtection
    ) -> Int? {
        for index in 0..<length { opened[index] = burst.datagram(slot).uint8(at: index) }
        var span = opened.mutableSpan
        var bytes = span.mutableBytes
        return protection.unprotect(&bytes, byteCount: length)
    }

    private static func enter(
        _ packet: RawSpan, _ codec: MediaPacketCodec, in call: MixedCall,
        _ direction: MediaDirection
    ) {
        let (stream, number) = (Int(direction.rawValue), call.number)
        if let hearing = call.streams[stream].hearing {
            call.streams[stream].receive(packet, hearing)
        } else {
            call.streams[stream].receive(codec.read(packet), call: number, direction)
        }
    }

    /// Serves the handshake of a call; its end, once it has come to one.
    mutating func handshake(_ call: MixedCall) -> DTLSEvent? {
        guard let handshake = call.handshake else { return nil }
        _ = handshake.turn(&burst, &packet)
        return handshake.nextEvent()
    }

    // MARK: Sockets

    /// Throws away what waits in the sockets of a place, and gives what they have dropped so far:
    /// the caller's, and the callee's.
    mutating func reset(place: Int) -> [UInt32] {
        let indices = [place * 2, place * 2 + 1]
        for index in indices + indices {
            // A first reading may only fetch the error that an earlier call has left.
            while burst.receive(from: sockets.descriptors[index]) == burst.capacity {}
        }
        return indices.map { drops($0) }
    }

    /// How many packets in `direction` the generator's own socket has dropped since the call began.
    func ownDrops(_ call: MixedCall, _ direction: MediaDirection) -> UInt64 {
        let receiver = direction == .callerToCallee ? 1 : 0
        return UInt64(drops(call.place * 2 + receiver) &- call.dropsBefore[receiver])
    }

    private func drops(_ index: Int) -> UInt32 {
        ReceiveQueue.drops(of: sockets.descriptors[index]) ?? 0
    }
}
