import BatonBase
import BatonSDP

/// The description that goes on to the receiver.
///
/// Lines stay where they are and as they are, but for those that would lead around the relay: `c=`,
/// the port and protocol of `m=`, `a=rtcp…`, ICE, keys, and BUNDLE groups.
extension Negotiation {
    /// Writes the description and remembers what of it later ones must agree with.
    mutating func rewrittenDescription() -> SessionDescription {
        var out = SessionDescription(lines: sdp.lines, media: [])
        let streams = session.parties[receiver].streams
        var sectionOfStream = [Int?](repeating: nil, count: streams.count)
        for (section, index) in streamOfSection.enumerated() {
            if let index { sectionOfStream[index] = section }
        }
        let relayed = streams.indices.filter { sectionOfStream[$0] != nil && isRelayed($0) }
        let shown = relayed.first.flatMap { shownAddress($0) } ?? addressWithoutPorts
        if let shown { rewriteSession(&out, shown) }
        out.media.reserveCapacity(streams.count)
        for index in streams.indices where !streams[index].isHidden {
            guard let section = sectionOfStream[index] else {
                out.media.append(Self.refusal(of: streams[index]))
                continue
            }
            out.media.append(rewritten(section, index, sessionAddress: shown))
        }
        if !options.hiddenExtensions.isEmpty {
            out.removeAttributes(where: options.hiddenExtensions.removes)
        }
        if options.flags.contains(.loopProtect) { mark(&out) }
        out.apply(options.attributeEdits)
        let own = relayed.first.flatMap { ownAddress($0) } ?? addressWithoutPorts
        keepIdentity(&out, address: own)
        return out
    }

    /// Whether packets of the stream are relayed between the two parties.
    func isRelayed(_ index: Int) -> Bool {
        session.parties[sender].streams[index].treatment.isRelayed
            && session.parties[receiver].streams[index].treatment.isRelayed
            && session.parties[receiver].streams[index].ports != nil
    }

    /// A description whose lines are all refused would tell the receiver where the sender is. It
    /// shows the address that the receiver knows, or the one that its next port would have. A line
    /// that passes untouched needs the sender's.
    mutating func chooseAddressWithoutPorts(_ ports: some PortSource) {
        let indices = streamOfSection.compactMap(\.self)
        guard !indices.contains(where: { isRelayed($0) || isUntouched($0) }) else { return }
        let party = session.parties[receiver]
        let family =
            options.addressFamily ?? party.family
            ?? (connection?.addressType == "IP6" ? .v6 : .v4)
        addressWithoutPorts =
            options.mediaAddress ?? party.outgoing.address
            ?? ports.advertisedAddress(interface: party.interface, family: family)
    }

    private func isUntouched(_ index: Int) -> Bool {
        session.parties[sender].streams[index].treatment == .untouched
            && session.parties[receiver].streams[index].treatment == .untouched
    }

    /// Our address as the receiver is to see it.
    private func ownAddress(_ index: Int) -> IPAddress? {
        options.mediaAddress ?? session.parties[receiver].shownPorts(of: index)?.rtp.advertised
    }

    /// The address in the receiver's SDP: ours, or a zero one passed on.
    private func shownAddress(_ index: Int) -> IPAddress? {
        let own = ownAddress(index)
        guard session.parties[sender].streams[index].hasZeroAddress,
            !options.replacements.contains(.zeroAddress)
        else { return own }
        return own?.family == .v6 ? IPAddress(v6High: 0, low: 0) : IPAddress(v4: 0)
    }

    private func rewriteSession(_ out: inout SessionDescription, _ shown: IPAddress) {
        let connectionLine = SDPConnection(shown).line
        let streams = session.parties[receiver].streams
        let indices = streamOfSection.compactMap(\.self)
        let isTerminated =
            indices.contains { !keepsSecurity($0) }
            || !indices.contains { isRelayed($0) || isUntouched($0) }
        var lines: [SDPLine] = []
        lines.reserveCapacity(out.lines.count)
        for line in out.lines {
            if line.type == .connection {
                lines.append(connectionLine)
                continue
            }
            switch AttributeRole(line) {
            case .ice: continue
            case .dtls where isTerminated, .crypto where isTerminated: continue
            case .group where line.attribute?.valueBytes?.starts(with: "BUNDLE".utf8) == true:
                continue
            default: lines.append(line)
            }
        }
        if streams.contains(where: { $0.ice.isUsed && $0.ice.isLite }) {
            lines.append(SDPAttribute("ice-lite").line)
        }
        lines += bundleLines
        out.lines = lines
    }

    private func mark(_ out: inout SessionDescription) {
        let mark = LoopMark(options)
        if !mark.isIn(out) { out.append(mark.attribute) }
    }

    /// The section of a line that the sender's SDP lacks and the receiver's must have.
    private static func refusal(of stream: Stream) -> MediaDescription {
        MediaDescription(
            kind: MediaKind(rawValue: stream.kind), port: 0, protocolName: stream.protocolName,
            formats: [stream.firstFormat])
    }

    private func rewritten(
        _ section: Int, _ index: Int, sessionAddress: IPAddress?
    ) -> MediaDescription {
        var media = editedSections[section] ?? sdp.media[section]
        let hasOwn = summaries[section].connection != nil
        guard isRelayed(index), let shown = shownAddress(index),
            let ports = session.parties[receiver].shownPorts(of: index)
        else {
            if isUntouched(index) {
                if let connection, !hasOwn, sessionAddress != nil { media.connection = connection }
                return media
            }
            if media.port != 0 { media.port = 0 }
            var edit = SectionEdit(hasOwn ? sessionAddress : nil)
            // Keys of a refused line are nobody's concern.
            edit.keepsSecurity = false
            rewriteLines(&media, edit)
            return media
        }
        var edit = SectionEdit(hasOwn || shown != sessionAddress ? shown : nil)
        plan(&edit, section, index, ports, shown)
        media.port = edit.isBundleOnly ? 0 : ports.rtp.address.port
        media.portCount = 1
        let name = session.parties[receiver].streams[index].protocolName
        if media.protocolName != name { media.protocolName = name }
        rewriteLines(&media, edit)
        return media
    }

    /// Decides what becomes of the attributes of a relayed section.
    private func plan(
        _ edit: inout SectionEdit, _ section: Int, _ index: Int, _ ports: PortPair,
        _ shown: IPAddress
    ) {
        let isRTP = session.parties[receiver].streams[index].treatment == .rtp
        edit.showsMux =
            isRTP
            && (role == .offer
                ? session.parties[receiver].streams[index].muxAgreement.isOfferedToParty
                : session.parties[receiver].streams[index].isMultiplexed)
        let sharesPort =
            edit.showsMux && (role == .answer || options.rtcpMux.contains(.require))
        let (rtp, rtcp) = (ports.rtp.address.port, ports.rtcp.address.port)
        let isNeeded = summaries[section].rtcp != nil || (!edit.showsMux && rtcp != rtp &+ 1)
        if isRTP, isNeeded, options.rtcpAttribute != .never {
            edit.rtcp =
                RTCPAttribute(
                    port: sharesPort ? rtp : rtcp,
                    address: options.rtcpAttribute == .full ? shown : nil
                ).attribute.line
        }
        let direction = session.parties[sender].streams[index].direction
        if session.parties[sender].streams[index].hasZeroAddress, direction.receives,
            !options.flags.contains(.originalSendrecv)
        {
            edit.direction = MediaDirection(sends: direction.sends, receives: false)
        }
        let shownProtocol = session.parties[receiver].streams[index].protocolName
        let ownProtocol = session.parties[sender].streams[index].protocolName
        edit.keepsFeedback =
            shownProtocol == ownProtocol || TransportProfile(shownProtocol).hasFeedback
            || !TransportProfile(ownProtocol).hasFeedback
        planMid(&edit, section, index)
        edit.keepsSecurity = keepsSecurity(index)
        edit.isBundleOnly = isOfferedBundleOnly(index)
        // The tagged line speaks for all of its group (RFC 9143 §7.1.3).
        if session.parties[receiver].streams[index].carrier != nil || edit.isBundleOnly {
            edit.rtcp = nil
        } else if isRTP {
            edit.securityLines = securityLines(index, ports)
        }
    }

    private func planMid(_ edit: inout SectionEdit, _ section: Int, _ index: Int) {
        let received = summaries[section].mid
        let shown = session.parties[receiver].streams[index].mid
        let isBrowser = session.parties[receiver].streams[index].security.mode == .dtls
        if role == .answer, shown == nil, received != nil {
            edit.keepsMid = false
        } else if received == nil, let mid = shown,
            session.parties[receiver].streams[index].hasGeneratedMid
                || options.flags.contains(.generateMid) || (role == .answer && isBrowser)
                || shownBundles().contains(where: { $0.contains(index) })
        {
            edit.addedMid = mid
        }
    }

    /// One pass over the lines of a section; what has no line to stand in for is appended.
    private func rewriteLines(_ media: inout MediaDescription, _ edit: SectionEdit) {
        var rest = edit
        var lines: [SDPLine] = []
        lines.reserveCapacity(media.lines.count + 4)
        for line in media.lines { if let kept = rest.take(line) { lines.append(kept) } }
        media.lines = lines
        if let connection = rest.connection { media.insert(connection) }
        for line in rest.appended { media.lines.append(line) }
    }
}
