public import BatonBase

/// Writes the packets of one RTP stream, for generators and tests. It keeps the values that the
/// next packet will have.
public struct RTPPacketWriter: Hashable, Sendable {
    /// The synchronization source.
    public var ssrc: UInt32
    /// The next packet's sequence number.
    public var sequenceNumber: UInt16
    /// The next packet's timestamp.
    public var timestamp: UInt32
    /// The payload type, 0…127; a higher bit is ignored.
    public var payloadType: UInt8
    /// The next packet's marker bit.
    public var marker: Bool

    /// A stream that begins with these values.
    @inlinable public init(
        ssrc: UInt32, sequenceNumber: UInt16 = 0, timestamp: UInt32 = 0, payloadType: UInt8 = 0,
        marker: Bool = false
    ) {
        self.ssrc = ssrc
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.payloadType = payloadType
        self.marker = marker
    }

    /// Writes the 12 bytes of a header without contributing sources, extension and padding at the
    /// start of `bytes`.
    /// - Returns: The header's length, or `nil` when it does not fit; nothing is written then.
    @inlinable public func writeHeader(into bytes: inout MutableRawSpan) -> Int? {
        guard bytes.byteCount >= RTPHeader.fixedLength else { return nil }
        bytes.store(UInt8(0x80), at: 0)
        bytes.store((marker ? 0x80 : 0) | (payloadType & 0x7f), at: 1)
        bytes.store(sequenceNumber, at: 2)
        bytes.store(timestamp, at: 4)
        bytes.store(ssrc, at: 8)
        return RTPHeader.fixedLength
    }

    /// Goes on to the next packet, `ticks` later on the media clock; its marker bit is clear.
    @inlinable public mutating func advance(ticks: UInt32) {
        sequenceNumber &+= 1
        timestamp &+= ticks
        marker = false
    }
}

extension RTPPacketWriter {
    /// A header extension to write: the 16 bits that a profile defines, and its data.
    public struct HeaderExtension: Hashable, Sendable {
        /// The first 16 bits.
        public var profile: UInt16
        /// The data, filled up with zeros to a multiple of four bytes; at most 262,140 bytes count.
        public var data: [UInt8]

        /// The extension of `profile` that carries `data`.
        public init(profile: UInt16, data: [UInt8]) {
            self.profile = profile
            self.data = data
        }
    }

    /// A whole packet as bytes of its own, with everything that a header may have.
    ///
    /// At most 15 contributing sources are written. `paddingLength` counts its own last byte; 0
    /// means no padding.
    public func packet(
        payload: [UInt8], contributingSources: [UInt32] = [],
        headerExtension: HeaderExtension? = nil, paddingLength: UInt8 = 0
    ) -> [UInt8] {
        let sources = contributingSources.prefix(15)
        var packet: [UInt8] = []
        packet.append(
            0x80 | (paddingLength > 0 ? 0x20 : 0) | (headerExtension != nil ? 0x10 : 0)
                | UInt8(sources.count))
        packet.append((marker ? 0x80 : 0) | (payloadType & 0x7f))
        packet.append(bigEndian: sequenceNumber)
        packet.append(bigEndian: timestamp)
        packet.append(bigEndian: ssrc)
        for source in sources { packet.append(bigEndian: source) }
        if let headerExtension {
            let words = min((headerExtension.data.count + 3) / 4, Int(UInt16.max))
            packet.append(bigEndian: headerExtension.profile)
            packet.append(bigEndian: UInt16(words))
            let end = packet.count + 4 * words
            packet += headerExtension.data.prefix(4 * words)
            packet += Array(repeating: 0, count: end - packet.count)
        }
        packet += payload
        if paddingLength > 0 {
            packet += Array(repeating: 0, count: Int(paddingLength) - 1) + [paddingLength]
        }
        return packet
    }
}

extension [UInt8] {
    /// Appends the number's bytes, most significant first.
    mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
