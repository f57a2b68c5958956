public import BatonTranscode

/// Where and how a party can be played to.
public struct PlaybackTarget: Hashable, Sendable {
    /// The port that faces the party, where RTP leaves.
    public var port: PortSlot
    /// The audio that the party takes and baton can make, in the party's order, with packets of
    /// 20 ms.
    public var formats: [AudioFormat]
    /// The telephone events that the party takes, in its order.
    public var telephoneEvents: [AudioFormat]
}

/// Playing to a party (N10).
extension Session {
    /// How the party at `index` of ``parties`` can be played to: by the first of its audio lines
    /// that has ports. `nil` without one, and where only the parties have the keys.
    public func playbackTarget(ofPartyAt index: Int) -> PlaybackTarget? {
        guard parties.indices.contains(index) else { return nil }
        for (place, stream) in parties[index].streams.enumerated() {
            guard stream.kind == "audio", stream.treatment == .rtp, let ports = stream.ports else {
                continue
            }
            // Keys that only the parties have cannot protect what is ours.
            guard stream.security.mode != .passThrough else { return nil }
            let known = formats(ofPartyAt: index, place)
            return PlaybackTarget(
                port: ports.rtp.slot,
                formats: known.filter(\.isConvertibleAudio).compactMap { Self.playable($0) },
                telephoneEvents: known.filter { $0.kind == .telephoneEvent }
                    .compactMap { AudioFormat($0) })
        }
        return nil
    }

    /// The index of the party that hears the one at `index`, `nil` when nobody does.
    public func listener(ofPartyAt index: Int) -> Int? {
        guard parties.indices.contains(index), let peer = parties[index].peer else { return nil }
        return self.index(of: peer)
    }

    /// What a party takes: what was agreed on, and before that what it offered.
    private func formats(ofPartyAt index: Int, _ place: Int) -> [CodecFormat] {
        let own = parties[index]
        let peer =
            listener(ofPartyAt: index)
            ?? parties.firstIndex { $0.offeredBy == own.id || own.offeredBy == $0.id }
        guard let peer, place < parties[peer].streams.count else { return [] }
        let isCaller = own.id.number < parties[peer].id.number
        let holder = isCaller ? peer : index
        let known = parties[holder].streams[place].codecs[isCaller ? .caller : .callee]
        return known.agreed.isEmpty ? known.offer?.formats ?? [] : known.agreed
    }

    /// The format as tracks are made in it; `nil` where a packet of 20 ms has no whole number of
    /// ticks or more bytes than a datagram should.
    private static func playable(_ format: CodecFormat) -> AudioFormat? {
        guard var format = AudioFormat(format), format.codec.clockRateHz % 50 == 0 else {
            return nil
        }
        if case .l16(let rate, let channels) = format.codec, rate * channels / 25 > 1_400 {
            return nil
        }
        // Pauses between words are no pauses in the sending: one track serves all.
        format.opus.usesDTX = false
        return format
    }
}
