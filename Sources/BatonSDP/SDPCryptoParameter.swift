/// One session parameter of `a=crypto:` (RFC 4568 §6.3).
public enum SDPCryptoParameter: Hashable, Sendable {
    /// `KDR=`: session keys are derived anew every 2 to this power packets, 0 to 24 (§6.3.1).
    case keyDerivationRate(exponent: UInt8)
    /// RTP is not encrypted (§6.3.2).
    case unencryptedSRTP
    /// RTCP is not encrypted (§6.3.2).
    case unencryptedSRTCP
    /// RTP is not authenticated (§6.3.3).
    case unauthenticatedSRTP
    /// `FEC_ORDER=`: which of forward error correction and SRTP the sender applies first (§6.3.4).
    case fecOrder(FECOrder)
    /// `FEC_KEY=`: the keys of a separate stream with forward error correction (§6.3.5).
    case fecKey([SDPCryptoKey])
    /// `WSH=`: the size that the replay window should have, at least 64 packets (§6.3.6).
    case windowSizeHint(UInt32)
    /// Any other text, also a known name with a value that is not allowed. A leading `-` says that
    /// it may be ignored (§6.3.7).
    case other(String)

    /// The values of `FEC_ORDER`.
    public enum FECOrder: String, Hashable, Sendable, CaseIterable {
        /// Error correction first.
        case fecThenSRTP = "FEC_SRTP"
        /// SRTP first.
        case srtpThenFEC = "SRTP_FEC"
    }

    /// The parameter that `word` writes; every word is one.
    public init(_ word: ArraySlice<UInt8>) {
        let equals = word.firstIndex(of: SDPText.equals)
        self =
            equals.flatMap { Self.valued(word[..<$0], word[($0 &+ 1)...]) }
            ?? Self.flags.first { SDPText.equalIgnoringCase(word, $0.text) }
            ?? .other(SDPText.string(word))
    }

    /// Whether an answerer that does not know the parameter may use the crypto attribute all the
    /// same (§6.3.7).
    public var isOptional: Bool {
        guard case .other(let text) = self else { return false }
        return text.hasPrefix("-")
    }

    /// The parameter as text.
    public var text: String {
        text(padding: true)
    }

    /// ``text``, the base 64 within it with or without `=` at its end.
    func text(padding: Bool) -> String {
        switch self {
        case .keyDerivationRate(let exponent): "KDR=\(exponent)"
        case .unencryptedSRTP: "UNENCRYPTED_SRTP"
        case .unencryptedSRTCP: "UNENCRYPTED_SRTCP"
        case .unauthenticatedSRTP: "UNAUTHENTICATED_SRTP"
        case .fecOrder(let order): "FEC_ORDER=\(order.rawValue)"
        case .fecKey(let keys):
            "FEC_KEY=" + keys.map { $0.text(padding: padding) }.joined(separator: ";")
        case .windowSizeHint(let packets): "WSH=\(packets)"
        case .other(let text): text
        }
    }

    private static let flags: [SDPCryptoParameter] = [
        .unencryptedSRTP, .unencryptedSRTCP, .unauthenticatedSRTP,
    ]

    /// The parameter `name=value`; `nil` for another name or a value that it cannot have.
    private static func valued(
        _ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>
    ) -> SDPCryptoParameter? {
        if SDPText.equalIgnoringCase(name, "KDR") {
            let exponent = SDPText.number(value, as: UInt8.self)
            return exponent.flatMap { $0 <= 24 ? .keyDerivationRate(exponent: $0) : nil }
        }
        if SDPText.equalIgnoringCase(name, "WSH") {
            let packets = SDPText.number(value, as: UInt32.self)
            return packets.flatMap { $0 >= 64 ? .windowSizeHint($0) : nil }
        }
        if SDPText.equalIgnoringCase(name, "FEC_ORDER") {
            return FECOrder.allCases.first { SDPText.equalIgnoringCase(value, $0.rawValue) }
                .map { .fecOrder($0) }
        }
        guard SDPText.equalIgnoringCase(name, "FEC_KEY") else { return nil }
        return SDPCrypto.keys(value).map { .fecKey($0) }
    }
}
