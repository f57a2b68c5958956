extension RTPMap {
    /// The mapping that RFC 3551 §6 (tables 4 and 5) fixes for a payload type; `nil` for a
    /// reserved, unassigned or dynamic one.
    public static func fixed(payloadType: UInt8) -> RTPMap? {
        payloadType < 128 ? fixedByPayloadType[Int(payloadType)] : nil
    }

    /// ``fixedMappings`` at the index of their payload type.
    private static let fixedByPayloadType: [RTPMap?] = (0..<128).map { index in
        fixedMappings.first { $0.payloadType == index }
    }

    /// The assignments of RFC 3551 §6, tables 4 (audio) and 5 (video).
    public static let fixedMappings: [RTPMap] = [
        RTPMap(payloadType: 0, encoding: "PCMU", clockRateHz: 8_000),
        RTPMap(payloadType: 3, encoding: "GSM", clockRateHz: 8_000),
        RTPMap(payloadType: 4, encoding: "G723", clockRateHz: 8_000),
        RTPMap(payloadType: 5, encoding: "DVI4", clockRateHz: 8_000),
        RTPMap(payloadType: 6, encoding: "DVI4", clockRateHz: 16_000),
        RTPMap(payloadType: 7, encoding: "LPC", clockRateHz: 8_000),
        RTPMap(payloadType: 8, encoding: "PCMA", clockRateHz: 8_000),
        // G.722 samples at 16 kHz, its RTP clock runs at 8 kHz (RFC 3551 §4.5.2).
        RTPMap(payloadType: 9, encoding: "G722", clockRateHz: 8_000),
        RTPMap(payloadType: 10, encoding: "L16", clockRateHz: 44_100, channels: 2),
        RTPMap(payloadType: 11, encoding: "L16", clockRateHz: 44_100),
        RTPMap(payloadType: 12, encoding: "QCELP", clockRateHz: 8_000),
        RTPMap(payloadType: 13, encoding: "CN", clockRateHz: 8_000),
        RTPMap(payloadType: 14, encoding: "MPA", clockRateHz: 90_000),
        RTPMap(payloadType: 15, encoding: "G728", clockRateHz: 8_000),
        RTPMap(payloadType: 16, encoding: "DVI4", clockRateHz: 11_025),
        RTPMap(payloadType: 17, encoding: "DVI4", clockRateHz: 22_050),
        RTPMap(payloadType: 18, encoding: "G729", clockRateHz: 8_000),
        RTPMap(payloadType: 25, encoding: "CelB", clockRateHz: 90_000),
        RTPMap(payloadType: 26, encoding: "JPEG", clockRateHz: 90_000),
        RTPMap(payloadType: 28, encoding: "nv", clockRateHz: 90_000),
        RTPMap(payloadType: 31, encoding: "H261", clockRateHz: 90_000),
        RTPMap(payloadType: 32, encoding: "MPV", clockRateHz: 90_000),
        RTPMap(payloadType: 33, encoding: "MP2T", clockRateHz: 90_000),
        RTPMap(payloadType: 34, encoding: "H263", clockRateHz: 90_000),
    ]
}
