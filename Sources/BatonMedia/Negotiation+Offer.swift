import BatonBase
import BatonSDP

/// How an offer's streams are shown to the party that it goes to.
extension Negotiation {
    /// Carries every described stream of the sender over to the receiver's side.
    mutating func showStreams() {
        for section in sdp.media.indices {
            guard let index = streamOfSection[section] else { continue }
            let source = session.parties[sender].streams[index]
            var stream = session.parties[receiver].streams[index]
            let isUnwanted = isRemoved(kind: source.kind) || isSpareTwin(section)
            if isUnwanted, !stream.hasBeenShown { stream.isHidden = true }
            showProtocol(of: source, in: &stream)
            stream.kind = source.kind
            stream.firstFormat = source.firstFormat
            stream.codec = stream.codec ?? source.codec
            stream.treatment = source.treatment
            stream.hasBeenShown = stream.hasBeenShown || !stream.isHidden
            if isUnwanted || stream.isHidden {
                stream.treatment = .rejected
                session.parties[sender].streams[index].treatment = .rejected
            }
            showMid(of: source, at: index, in: &stream)
            session.parties[receiver].streams[index] = stream
        }
        followOpenLines()
        // Lines that share ports share keys: what is shown of all comes first.
        for section in sdp.media.indices {
            guard let index = streamOfSection[section] else { continue }
            var stream = session.parties[receiver].streams[index]
            showSecurity(index, &stream)
            showICE(index, &stream)
            agreeOnMux(section, index, &stream)
            if options.flags.contains(.reset) { stream.learningGeneration &+= 1 }
            session.parties[receiver].streams[index] = stream
        }
    }

    /// `sdp-media-remove`: the type itself, or `other` for those that have no registered name.
    private func isRemoved(kind: String) -> Bool {
        guard !options.removedMediaKinds.isEmpty else { return false }
        let registered = ["audio", "video", "text", "image", "message", "application"]
        return options.removedMediaKinds.contains { unwanted in
            let wanted = unwanted.lowercased()
            return wanted == kind.lowercased()
                || (wanted == "other" && !registered.contains(kind.lowercased()))
        }
    }

    /// The protocol of the outgoing line: what was asked for, else what the receiver was shown
    /// before, while the sender's own stays the same, else the sender's.
    private mutating func showProtocol(of source: Stream, in stream: inout Stream) {
        let received = TransportProfile(source.protocolName)
        switch options.transportProtocol {
        case .named(let name):
            guard source.treatment == .rtp else { break }
            if received.isConvertible(to: TransportProfile(name)) {
                stream.protocolName = name
                return
            }
            warnings.append(
                "transport-protocol \(name): \(source.protocolName) is passed on as it is, without "
                    + "encryption or decryption")
        case .asReceived:
            let shown = TransportProfile(stream.protocolName)
            if stream.hasBeenShown, stream.kind == source.kind, received.isConvertible(to: shown) {
                return
            }
        case .accept: break
        }
        stream.protocolName = source.protocolName
    }

    private func showMid(of source: Stream, at index: Int, in stream: inout Stream) {
        if let mid = source.mid {
            (stream.mid, stream.hasGeneratedMid) = (mid, false)
            return
        }
        guard options.flags.contains(.generateMid) || offersBundle,
            source.treatment != .untouched
        else { return }
        if stream.mid == nil {
            let known = session.parties[receiver].streams
            var mid = "\(index + 1)"
            let taken = summaries.compactMap(\.mid) + known.compactMap(\.mid)
            while taken.contains(mid) { mid = "b" + mid }
            (stream.mid, stream.hasGeneratedMid) = (mid, true)
        }
    }

    /// RFC 5761 §5.1.1 between the sender's offer and the one that goes on, as `rtcp-mux` says.
    private mutating func agreeOnMux(_ section: Int, _ index: Int, _ stream: inout Stream) {
        let asked = options.rtcpMux
        let isOffered = hasRTCPMux(section)
        let known = session.parties[receiver].streams
        let isBundled =
            offersBundle
            && (options.bundle.contains(.offer) || known.contains(where: \.isMultiplexed))
        let forces = asked.contains(.offer) || asked.contains(.require) || isBundled
        var acceptance: Bool?
        // A browser takes no answer without it (RFC 8834 §4.5).
        let isBrowser = isOffered && session.parties[sender].streams[index].security.mode == .dtls
        if asked.contains(.accept) || asked.contains(.demux) || summaries[section].hasRTCPMuxOnly
            || isBrowser || (isOffered && (bundle(of: section)?.count ?? 0) > 1)
        {
            acceptance = true
        }
        if asked.contains(.reject) { acceptance = false }
        session.parties[sender].streams[index].muxAgreement.acceptance = acceptance
        // A receiver that multiplexes already goes on doing so.
        let passesOn =
            (isOffered || stream.isMultiplexed) && asked.isDisjoint(with: [.demux, .reject])
        stream.muxAgreement.isOfferedToParty = stream.treatment == .rtp && (forces || passesOn)
        if asked.contains(.require), stream.muxAgreement.isOfferedToParty {
            stream.isMultiplexed = true
        }
    }
}
