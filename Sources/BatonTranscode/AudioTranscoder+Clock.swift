extension AudioTranscoder {
    /// The clock of the audio that comes in, by which its sender reports count; 0 before there was
    /// any.
    public var inputClockRateHz: UInt32 { UInt32(clamping: timeline.map?.inputRateHz ?? 0) }

    /// The outgoing timestamp of what the source gives `timestamp`; `nil` before there was audio.
    public func outgoingTimestamp(of timestamp: UInt32) -> UInt32? {
        timeline.map?.position(of: timestamp)
    }
}
