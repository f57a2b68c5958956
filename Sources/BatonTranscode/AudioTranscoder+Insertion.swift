public import BatonBase
public import BatonRTP

// What is put into the line of packets that a transcoder sends, as if its source had sent it.
extension AudioTranscoder {
    /// The outgoing timestamp that belongs to `now`; `nil` before there was a packet.
    public func outgoingTimestamp(at now: Instant) -> UInt32? {
        guard order != nil else { return nil }
        return timeline.continuation(outputRateHz: output.audio.codec.clockRateHz, at: now)
    }

    /// The next sequence number, which is used up.
    public mutating func takeSequenceNumber() -> UInt16 {
        defer { sequenceNumber &+= 1 }
        return sequenceNumber
    }

    /// Takes note of a packet that is not to be sent, nor made up.
    public mutating func passOver(_ header: RTPHeader) {
        guard header.ssrc == source.ssrc, let place = order?.place(of: header.sequenceNumber)
        else { return }
        switch place {
        case .next, .ahead: order?.take(header.sequenceNumber)
        case .late, .duplicate, .stray, .restart: return
        }
        timeline.lostPackets = 0
        timeline.last = .other
        timeline.isLoose = true
        timeline.marker = true
    }

    /// Plays the tones of a key for so long instead of the source's audio, where its receiver takes
    /// no events; `false` before there was a packet, and for what is no key.
    public mutating func playKey<Output: TranscodedOutput & ~Copyable>(
        _ code: UInt8, volume: UInt8, milliseconds: Int, at now: Instant,
        into output: inout Output
    ) -> Bool {
        guard order != nil else { return false }
        finishTone(at: now, into: &output)
        let rateHz = path.encoder.sampleRateHz
        guard
            let made = PlayedTone(
                code, volume: volume, milliseconds: milliseconds, sampleRateHz: rateHz, at: now)
        else { return false }
        let start = timeline.continuation(
            outputRateHz: self.output.audio.codec.clockRateHz, at: now)
        begin(made, at: start, marker: true, into: &output)
        return true
    }
}
