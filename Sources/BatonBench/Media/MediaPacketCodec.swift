public import BatonBase

/// What a packet of the load generator says about itself.
public struct MediaStamp: Hashable, Sendable {
    /// The call that it belongs to.
    public var call: UInt32
    /// Which way it goes.
    public var direction: MediaDirection
    /// Its number in its stream.
    public var sequence: UInt32
    /// When it was sent, on the generator's monotonic clock.
    public var sentAt: Instant

    /// A stamp of these values.
    public init(call: UInt32, direction: MediaDirection, sequence: UInt32, sentAt: Instant) {
        self.call = call
        self.direction = direction
        self.sequence = sequence
        self.sentAt = sentAt
    }
}

/// What a received datagram turned out to be.
public enum MediaReading: Hashable, Sendable {
    /// A packet of this run, whole to the last byte.
    case intact(MediaStamp)
    /// Not a packet of this run at all.
    case foreign
    /// A packet of this run with something changed in it.
    case corrupt
}

/// Writes and checks the load generator's packets: RTP (RFC 3550 §5.1) with a payload whose every
/// byte follows from the run, the call, the direction, the sequence number and the time of sending.
///
/// Only the version and the payload type of the RTP header are checked at arrival: a relay may give
/// a stream its own SSRC, sequence numbers and timestamps.
///
///     payload:  0 magic "BTNB"   4 run   8 call   12 direction   16 time sent, ns
///              24 sequence      28 check over 0 … 27            32 pattern …
public struct MediaPacketCodec: Sendable {
    /// The bytes of an RTP header without CSRCs.
    public static let headerBytes = 12
    /// The shortest payload: it holds the stamp and no pattern.
    public static let leastPayloadBytes = 32
    private static let magic: UInt32 = 0x4254_4e42
    private static let payloadType: UInt8 = 0
    private static let stride: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// The number of the run; packets of another run are foreign.
    public let run: UInt32
    /// The payload's length in bytes.
    public let payloadBytes: Int

    /// A codec for the packets of `run`.
    public init(run: UInt32, payloadBytes: Int) {
        precondition(payloadBytes >= Self.leastPayloadBytes, "a payload holds its stamp")
        self.run = run
        self.payloadBytes = payloadBytes
    }

    /// The length of a packet in bytes.
    public var packetBytes: Int { Self.headerBytes + payloadBytes }

    /// Writes the packet of `stamp` into `packet`, which is ``packetBytes`` long.
    public func write(_ stamp: MediaStamp, into packet: inout MutableRawSpan) {
        packet.store(UInt8(0x80), at: 0)
        packet.store(Self.payloadType, at: 1)
        packet.store(UInt16(truncatingIfNeeded: stamp.sequence), at: 2)
        packet.store(stamp.sequence &* UInt32(truncatingIfNeeded: payloadBytes), at: 4)
        packet.store(ssrc(of: stamp), at: 8)
        let start = Self.headerBytes
        packet.store(Self.magic, at: start)
        packet.store(run, at: start + 4)
        packet.store(stamp.call, at: start + 8)
        packet.store(stamp.direction.rawValue, at: start + 12)
        packet.store(stamp.sentAt.nanoseconds, at: start + 16)
        packet.store(stamp.sequence, at: start + 24)
        let seed = patternSeed(of: stamp)
        packet.store(UInt32(truncatingIfNeeded: seed >> 32), at: start + 28)
        writePattern(seed, into: &packet)
    }

    /// Reads and checks a datagram.
    public func read(_ packet: RawSpan) -> MediaReading {
        let start = Self.headerBytes
        guard packet.byteCount >= start + Self.leastPayloadBytes,
            packet.uint32(at: start) == Self.magic, packet.uint32(at: start + 4) == run
        else { return .foreign }
        guard packet.byteCount == packetBytes, packet.uint8(at: 0) >> 6 == 2,
            packet.uint8(at: 1) & 0x7f == Self.payloadType,
            let direction = MediaDirection(rawValue: packet.uint32(at: start + 12))
        else { return .corrupt }
        let stamp = MediaStamp(
            call: packet.uint32(at: start + 8), direction: direction,
            sequence: packet.uint32(at: start + 24),
            sentAt: Instant(nanoseconds: packet.uint64(at: start + 16)))
        let seed = patternSeed(of: stamp)
        guard packet.uint32(at: start + 28) == UInt32(truncatingIfNeeded: seed >> 32),
            hasPattern(seed, packet)
        else { return .corrupt }
        return .intact(stamp)
    }

    private func writePattern(_ seed: UInt64, into packet: inout MutableRawSpan) {
        var offset = Self.headerBytes + Self.leastPayloadBytes
        var word = seed
        while offset + 8 <= packetBytes {
            packet.store(word, at: offset)
            word &+= Self.stride
            offset += 8
        }
        while offset < packetBytes {
            packet.store(UInt8(truncatingIfNeeded: word), at: offset)
            word >>= 8
            offset += 1
        }
    }

    private func hasPattern(_ seed: UInt64, _ packet: RawSpan) -> Bool {
        var offset = Self.headerBytes + Self.leastPayloadBytes
        var word = seed
        var difference: UInt64 = 0
        while offset + 8 <= packetBytes {
            difference |= packet.uint64(at: offset) ^ word
            word &+= Self.stride
            offset += 8
        }
        while offset < packetBytes {
            difference |= UInt64(packet.uint8(at: offset) ^ UInt8(truncatingIfNeeded: word))
            word >>= 8
            offset += 1
        }
        return difference == 0
    }

    /// A number that depends on every field of the stamp; its first half is the stamp's check.
    private func patternSeed(of stamp: MediaStamp) -> UInt64 {
        var mixed = UInt64(run) << 32 | UInt64(stamp.call)
        mixed = (mixed ^ stamp.sentAt.nanoseconds) &* Self.stride
        mixed ^= mixed >> 29
        mixed ^= UInt64(stamp.sequence) << 32 | UInt64(stamp.direction.rawValue)
        mixed = mixed &* 0xbf58_476d_1ce4_e5b9
        return mixed ^ mixed >> 32
    }

    private func ssrc(of stamp: MediaStamp) -> UInt32 {
        (run ^ stamp.call &* 2 &+ stamp.direction.rawValue) &* 0x9e37_79b1
    }
}
