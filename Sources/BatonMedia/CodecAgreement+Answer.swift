public import BatonSDP

extension CodecAgreement {
    /// Takes the section of an answer (RFC 3264 §6) to the last offer, the first or a further one,
    /// and gives the one for the party that made the offer.
    public mutating func answer(
        _ section: MediaDescription, from role: Role, _ options: CodecOptions
    ) -> CodecOutcome {
        CodecOutcome(section)
    }
}
