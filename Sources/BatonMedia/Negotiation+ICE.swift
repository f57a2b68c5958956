import BatonBase
import BatonICE
import BatonSDP

/// ICE between each party and the relay (RFC 8839): towards each it is an agent of its own.
extension Negotiation {
    /// What a section says of ICE.
    func readICE(_ section: Int, into stream: inout Stream) {
        let before = stream.ice.described
        stream.ice.described =
            hasICE(section) && stream.treatment == .rtp
            ? ICERemoteParameters(sdp, section) : nil
        // The candidates of a description that restarts nothing add to those that came by and by.
        if let before, stream.ice.described?.credentials == before.credentials {
            let known = stream.ice.described?.candidates ?? []
            stream.ice.described?.candidates +=
                before.candidates.filter { !known.contains($0) }
                .prefix(max(StreamICE.candidatesMax - known.count, 0))
        }
        if role == .offer, let now = stream.ice.described, let before,
            now.credentials != before.credentials
        {
            // The sender restarts: so do we (RFC 8445 §9).
            stream.ice.credentials = nil
        }
    }

    /// Whether the receiver of an offer gets ICE.
    mutating func showICE(_ index: Int, _ stream: inout Stream) {
        let isOffered = session.parties[sender].streams[index].ice.described != nil
        stream.ice.isUsed =
            switch options.security.ice {
            case .unstated: isOffered || stream.ice.isUsed
            case .remove: false
            case .force: true
            }
        stream.ice.isUsed =
            stream.ice.isUsed && stream.treatment == .rtp && stream.carrier == nil
        guard stream.ice.isUsed else {
            stream.ice.credentials = nil
            return
        }
        if stream.ice.credentials == nil {
            stream.ice.credentials = ICECredentials(using: &generator)
            stream.ice.role = .controlling
            stream.ice.isLite =
                options.security.isLiteTowardsReceiver ?? options.capabilities.isICELite
        }
        if let isLite = options.security.isLiteTowardsSender {
            session.parties[sender].streams[index].ice.statedLite = isLite
        }
        if options.security.rejectsICE {
            session.parties[sender].streams[index].ice.described = nil
        }
    }

    /// ICE on both sides of an answered stream.
    mutating func settleICE(_ answer: inout Stream, _ offer: inout Stream) {
        // Of several branches one may do without ICE, and another not.
        answer.ice.isUsed = answer.ice.described != nil && answer.ice.credentials != nil
        offer.ice.isUsed = offer.ice.described != nil && options.security.ice != .remove
        guard offer.ice.isUsed else {
            offer.ice.credentials = nil
            return
        }
        if offer.ice.credentials == nil {
            offer.ice.credentials = ICECredentials(using: &generator)
            offer.ice.role = .controlled
            // Two lite agents find each other only where no NAT is between them.
            offer.ice.isLite =
                (offer.ice.statedLite ?? options.security.isLiteTowardsReceiver
                    ?? options.capabilities.isICELite)
                && offer.ice.described?.isLite != true
        }
    }
}
