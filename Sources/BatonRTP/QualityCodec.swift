/// How a codec and its loss concealment sound, in the terms of ITU-T G.107 and G.113.
public struct QualityCodec: Hashable, Sendable {
    /// The equipment impairment Ie: what the codec costs without loss. 0…95.
    public var equipmentImpairment: Double
    /// The packet-loss robustness Bpl: the larger, the less a lost packet is heard. At least 1.
    public var packetLossRobustness: Double

    /// A codec with these factors.
    public init(equipmentImpairment: Double, packetLossRobustness: Double) {
        self.equipmentImpairment = min(max(equipmentImpairment, 0), 95)
        self.packetLossRobustness = max(packetLossRobustness, 1)
    }

    // Ie and Bpl of ITU-T G.113 appendix I where it gives them. Where it gives no Bpl, that of
    // GSM-EFR is assumed; wideband codecs and those not listed are taken as G.711 with concealment.

    /// G.711 with packet-loss concealment (its appendix I).
    public static let g711 = Self(equipmentImpairment: 0, packetLossRobustness: 25.1)
    /// G.729 annex A with silence suppression.
    public static let g729 = Self(equipmentImpairment: 11, packetLossRobustness: 19)
    /// G.723.1 at 6.3 kbit/s with silence suppression.
    public static let g723 = Self(equipmentImpairment: 15, packetLossRobustness: 16.1)
    /// G.726 at 32 kbit/s.
    public static let g726 = Self(equipmentImpairment: 7, packetLossRobustness: 10)
    /// G.728 at 16 kbit/s.
    public static let g728 = Self(equipmentImpairment: 7, packetLossRobustness: 10)
    /// GSM full rate.
    public static let gsm = Self(equipmentImpairment: 20, packetLossRobustness: 10)
    /// GSM enhanced full rate, also taken for AMR.
    public static let gsmEnhanced = Self(equipmentImpairment: 5, packetLossRobustness: 10)

    /// The codec with this encoding name of `a=rtpmap` (any case); what is not known counts as
    /// ``g711``.
    public init(encodingName: String) {
        switch encodingName.uppercased() {
        case "G729", "G729A", "G729B", "G729D", "G729E": self = .g729
        case "G723": self = .g723
        case "G726-16", "G726-24", "G726-32", "G726-40", "DVI4": self = .g726
        case "G728": self = .g728
        case "GSM", "GSM-HR-08": self = .gsm
        case "GSM-EFR", "AMR", "ILBC": self = .gsmEnhanced
        default: self = .g711
        }
    }

    /// The codec of a static payload type of RFC 3551 §6; any other number counts as ``g711``.
    public init(payloadType: UInt8) {
        switch payloadType {
        case 2, 5, 6: self = .g726
        case 3: self = .gsm
        case 4: self = .g723
        case 15: self = .g728
        case 18: self = .g729
        default: self = .g711
        }
    }
}
