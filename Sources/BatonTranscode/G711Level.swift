internal import BatonAudio
internal import BatonBase

/// How loud a packet of G.711 is, without a transcoder.
public enum G711Level {
    /// Whether the payload type is one that RFC 3551 §6 has fixed for G.711.
    public static func isServed(payloadType: UInt8) -> Bool { law(of: payloadType) != nil }

    /// The mean power of a payload in dBov, 0 down to -127; `nil` when it is empty or no G.711.
    public static func decibelsOverload(
        _ payload: borrowing RawSpan, payloadType: UInt8
    ) -> Int? {
        guard let law = law(of: payloadType), payload.byteCount > 0 else { return nil }
        let codec = G711Codec(law)
        var energy: UInt64 = 0
        for index in 0..<payload.byteCount {
            let sample = Int64(codec.decode(payload.uint8(at: index)))
            energy &+= UInt64(bitPattern: sample &* sample)
        }
        return AudioLevel.decibelsOverload(energy: energy, count: payload.byteCount)
    }

    private static func law(of payloadType: UInt8) -> G711Law? {
        switch payloadType {
        case 0: .mu
        case 8: .a
        default: nil
        }
    }
}
