extension AudioTranscoder {
    /// The clock of the audio that comes in, by which its sender reports count; 0 before there was
    /// any.
    public var inputClockRateHz: UInt32 { UInt32(clamping: timeline.map?.inputRateHz ?? 0) }

    /// The clock of what goes out, in Hz; 0 before anything did. It changes where packets of
    /// another clock pass undecoded.
    public var outgoingClockRateHz: UInt32 { UInt32(clamping: timeline.map?.outputRateHz ?? 0) }

    /// The clocks of what comes in and goes out now.
    var clocks: (input: Int, output: Int) {
        guard let map = timeline.map else {
            return (inputCodec.clockRateHz, output.audio.codec.clockRateHz)
        }
        return (map.inputRateHz, map.outputRateHz)
    }

    /// The outgoing timestamp of what the source gives `timestamp`; `nil` before there was audio.
    public func outgoingTimestamp(of timestamp: UInt32) -> UInt32? {
        timeline.map?.position(of: timestamp)
    }
}
