public import BatonBase

/// A read-only view of an RTP packet, RFC 3550 §5.1. It copies nothing.
///
/// A view borrows the packet, so nothing can be stored in it while the view lives. The packet path
/// takes ``RTPHeader`` instead.
public struct RTPPacketView: ~Escapable {
    /// The whole packet.
    public let bytes: RawSpan
    /// The header's values.
    public let header: RTPHeader
    /// How many bytes of padding end the packet, their count included; 0 without the padding bit.
    public let paddingLength: Int

    /// A view of the packet `bytes`.
    /// - Throws: ``RTPParseError``, also for a padding count that cannot be.
    @inlinable @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) throws(RTPParseError) {
        let header = try RTPHeader(validating: bytes)
        self.bytes = bytes
        self.header = header
        guard header.hasPadding else {
            paddingLength = 0
            return
        }
        paddingLength = Int(bytes.uint8(at: bytes.byteCount &- 1))
        guard paddingLength > 0, paddingLength <= bytes.byteCount &- header.headerLength else {
            throw .invalidPadding
        }
    }

    /// The protocol version, always 2.
    @inlinable public var version: UInt8 { 2 }
    /// The padding bit.
    @inlinable public var hasPadding: Bool { header.hasPadding }
    /// The extension bit.
    @inlinable public var hasExtension: Bool { header.hasExtension }
    /// The number of contributing sources, 0…15.
    @inlinable public var csrcCount: Int { Int(header.csrcCount) }
    /// The marker bit.
    @inlinable public var marker: Bool { header.marker }
    /// The payload type, 0…127.
    @inlinable public var payloadType: UInt8 { header.payloadType }
    /// The sequence number.
    @inlinable public var sequenceNumber: UInt16 { header.sequenceNumber }
    /// The media timestamp, in ticks of the payload type's clock.
    @inlinable public var timestamp: UInt32 { header.timestamp }
    /// The synchronization source.
    @inlinable public var ssrc: UInt32 { header.ssrc }
    /// The length of everything before the payload, in bytes.
    @inlinable public var headerLength: Int { header.headerLength }

    /// Where the payload lies in ``bytes``, without padding.
    @inlinable public var payloadRange: Range<Int> {
        header.headerLength..<(bytes.byteCount &- paddingLength)
    }

    /// The payload without padding.
    @inlinable public var payload: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(payloadRange) }
    }

    /// The contributing source at `index`, 0 ..< ``csrcCount``.
    public func csrc(at index: Int) -> UInt32 {
        precondition(index >= 0 && index < csrcCount, "the index is below csrcCount")
        return bytes.uint32(at: RTPHeader.fixedLength &+ 4 &* index)
    }

    /// The header extension: its first 16 bits, which a profile defines, and where its data lie in
    /// ``bytes`` (RFC 3550 §5.3.1). `nil` when there is none.
    public var headerExtension: (profile: UInt16, range: Range<Int>)? {
        guard hasExtension else { return nil }
        let start = RTPHeader.fixedLength &+ 4 &* csrcCount
        return (bytes.uint16(at: start), (start &+ 4)..<headerLength)
    }
}
