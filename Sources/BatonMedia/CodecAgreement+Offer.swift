public import BatonSDP

extension CodecAgreement {
    /// Takes the section of an offer (RFC 3264 §5, §8) and gives the one for the other party.
    public mutating func offer(
        _ section: MediaDescription, from role: Role, _ options: CodecOptions
    ) -> CodecOutcome {
        CodecOutcome(section)
    }
}
