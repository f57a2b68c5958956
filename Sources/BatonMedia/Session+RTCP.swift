// What becomes of a stream's RTCP.
extension Session {
    /// Decides on the RTCP of the two ports of a stream. Where RTP is encoded anew in either
    /// direction, what a party reports is not true of what the other sends or gets; so RTCP ends
    /// here both ways.
    func treatRTCP(
        _ rtp: inout PortConfiguration, _ rtcp: inout PortConfiguration, _ party: Int,
        _ peer: Int, _ index: Int
    ) {
        // What only the parties have the keys of cannot be read.
        guard rtp.component != .opaque, let ports = parties[party].streams[index].ports,
            parties[peer].streams[index].treatment == .rtp,
            parties[peer].streams[index].ports != nil,
            parties[party].streams[index].security.mode != .passThrough,
            parties[peer].streams[index].security.mode != .passThrough
        else { return }
        let own = TransportProfile(parties[party].streams[index].protocolName).hasFeedback
        let other = TransportProfile(parties[peer].streams[index].protocolName).hasFeedback
        let isEncoded =
            rtp.conversion?.needsTranscoder ?? false
            || conversion(from: peer, to: party, index)?.needsTranscoder ?? false
        if isEncoded || generatesRTCP {
            let isMultiplexed = parties[party].streams[index].isMultiplexed
            rtp.rtcpTreatment = .terminate(
                RTCPTermination(
                    exit: isMultiplexed ? ports.rtp.slot : ports.rtcp.slot, hasFeedback: own,
                    passesFeedback: !isEncoded && other))
            rtcp.rtcpTreatment = .terminateAt(ports.rtp.slot)
        } else if own, !other {
            rtp.rtcpTreatment = .relayWithoutFeedback
            rtcp.rtcpTreatment = .relayWithoutFeedback
        }
    }
}
