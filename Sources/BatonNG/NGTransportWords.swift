/// What the bare words `RTP`, `SRTP`, `AVP`, `AVPF` … have said about the transport so far; what
/// none of them has mentioned is plain RTP without feedback, as Kamailio takes it.
struct NGTransportWords: Sendable {
    private var isSecure = false
    private var hasFeedback = false
    private var usesDTLS = false

    /// One word.
    enum Word: Hashable, Sendable {
        case plain, secure, dtls, noFeedback, feedback
        case whole(NGTransport)
    }

    /// The transport after another word.
    mutating func add(_ word: Word) -> NGTransport {
        switch word {
        case .plain: (isSecure, usesDTLS) = (false, false)
        case .secure: isSecure = true
        case .dtls: (isSecure, usesDTLS) = (true, true)
        case .noFeedback: hasFeedback = false
        case .feedback: hasFeedback = true
        case .whole(let transport):
            isSecure = transport.isSecure
            hasFeedback = transport.hasFeedback
            usesDTLS = transport == .dtlsSAVP || transport == .dtlsSAVPF
        }
        switch (isSecure, usesDTLS, hasFeedback) {
        case (false, _, false): return .rtpAVP
        case (false, _, true): return .rtpAVPF
        case (true, false, false): return .rtpSAVP
        case (true, false, true): return .rtpSAVPF
        case (true, true, false): return .dtlsSAVP
        case (true, true, true): return .dtlsSAVPF
        }
    }
}
