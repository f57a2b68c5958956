/// What a transcoder has seen and done.
public struct TranscoderCounters: Hashable, Sendable {
    /// Packets that came in, whatever became of them.
    public var packetsIn: UInt64 = 0
    /// Packets that were sent.
    public var packetsOut: UInt64 = 0
    /// Packets that were missing when their turn came.
    public var lost: UInt64 = 0
    /// Packets of audio that were made up.
    public var concealedPackets: UInt64 = 0
    /// How much audio was made up, in microseconds.
    public var concealedMicroseconds: UInt64 = 0
    /// Packets that were decoded from what the next one repeated of them (Opus FEC).
    public var recoveredPackets: UInt64 = 0
    /// Packets that came out of order and in time.
    public var reordered: UInt64 = 0
    /// Packets that came after their place had been given up.
    public var late: UInt64 = 0
    /// Packets that came again.
    public var duplicates: UInt64 = 0
    /// Packets far from the sequence, without a successor.
    public var strays: UInt64 = 0
    /// Payloads that their codec does not allow.
    public var malformed: UInt64 = 0
    /// Packets of payload types that were not negotiated.
    public var unknownPayloadTypes: UInt64 = 0
    /// Changes of the source's SSRC, and restarts of its sequence.
    public var sourceChanges: UInt64 = 0
    /// Changes from one codec of the source to another.
    public var codecChanges: UInt64 = 0
    /// Telephone events and comfort noise that the receiver does not take.
    public var unwanted: UInt64 = 0
    /// Frames that were not encoded, because they would have been silence that is not sent.
    public var skippedFrames: UInt64 = 0
    /// Frames that the encoder left out (Opus DTX).
    public var suppressedFrames: UInt64 = 0
    /// Frames that could not be encoded or for which the output had no room.
    public var unsent: UInt64 = 0

    /// Nothing counted yet.
    public init() {}
}
