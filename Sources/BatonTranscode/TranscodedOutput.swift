/// The header of a packet that a transcoder sends, RFC 3550 §5.1.
public struct TranscodedHeader: Hashable, Sendable {
    /// The synchronization source.
    public var ssrc: UInt32
    /// In ticks of the payload type's clock.
    public var timestamp: UInt32
    /// Counts up by one a packet.
    public var sequenceNumber: UInt16
    /// The payload type, 0…127.
    public var payloadType: UInt8
    /// The marker bit.
    public var marker: Bool

    /// A header of these values.
    public init(
        ssrc: UInt32, timestamp: UInt32, sequenceNumber: UInt16, payloadType: UInt8, marker: Bool
    ) {
        self.ssrc = ssrc
        self.timestamp = timestamp
        self.sequenceNumber = sequenceNumber
        self.payloadType = payloadType
        self.marker = marker
    }
}

/// Where a transcoder's packets go.
public protocol TranscodedOutput: ~Copyable {
    /// Sends a packet with `header`, whose payload is what `writePayload` puts at the start of the
    /// bytes that it is given.
    ///
    /// Calls `writePayload` at most once, with `TranscoderSettings.payloadBytesMax` bytes at least.
    /// It returns the payload's length; 0 means that nothing is sent, and that the next packet will
    /// have the same sequence number.
    mutating func send(
        _ header: TranscodedHeader, _ writePayload: (inout MutableRawSpan) -> Int)
}
