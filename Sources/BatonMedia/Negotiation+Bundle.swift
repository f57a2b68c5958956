import BatonSDP

/// BUNDLE (RFC 9143): lines that share the ports of one of them, their *carrier*, which is the
/// tagged line of the group (§7.3.1). The carrier has the addresses, ICE and keys of all.
extension Negotiation {
    /// The groups of a description, as sections in the order of the group.
    static func bundles(of sdp: SessionDescription, _ summaries: [SectionSummary]) -> [[Int]] {
        var taken: Set<Int> = []
        return sdp.bundleGroups.map { group in
            group.mids.compactMap { mid in
                guard let section = summaries.firstIndex(where: { $0.mid == mid }),
                    taken.insert(section).inserted
                else { return nil }
                return section
            }
        }
    }

    /// The group of a section, `nil` when it is in none or none is wanted.
    func bundle(of section: Int) -> [Int]? {
        rejectsOffer ? nil : bundles.first { $0.contains(section) }
    }

    /// Whether the sender's groups are answered as if they had not been offered.
    private var rejectsOffer: Bool { role == .offer && options.bundle.contains(.reject) }

    /// Whether a section has a port only together with others (`a=bundle-only`, §6).
    func isBundleOnly(_ section: Int) -> Bool {
        role == .offer && summaries[section].isBundleOnly && sdp.media[section].port == 0
            && bundle(of: section).map { $0.first != section } ?? false
    }

    /// The section that says where the packets of another one go and how they are protected:
    /// itself, or the tagged one of its group when it leaves that to it (§7.1.3).
    func transportSection(of section: Int) -> Int {
        if summaries[section].hasSecurity || summaries[section].hasICE { return section }
        return bundle(of: section)?.first ?? section
    }

    /// Notes the groups of the sender, and has the transport that each uses go on under the line
    /// which is the first now.
    mutating func readBundles() {
        let groups = (rejectsOffer ? [] : bundles).map { sections in
            sections.compactMap { streamOfSection[$0] }
                .filter { role == .offer || session.parties[sender].offeredBundle.contains($0) }
        }
        session.parties[sender].bundles = groups.filter { !$0.isEmpty }
        for group in session.parties[sender].bundles {
            let open = group.filter { index in
                guard let section = streamOfSection.firstIndex(of: index) else { return false }
                return sdp.media[section].port != 0 || isBundleOnly(section)
            }
            session.parties[sender].moveTransport(of: group, to: open.first)
        }
    }
}

// What the receiver is offered.
extension Negotiation {
    /// Whether the lines of a description to the receiver are to be a group.
    var offersBundle: Bool {
        role == .offer
            && (options.bundle.contains(.offer) || !session.parties[receiver].bundles.isEmpty)
    }

    /// Has the transport that the receiver's lines share go on under the first that is not refused.
    mutating func followOfferedLines() {
        for group in session.parties[receiver].bundles {
            let open = group.filter { session.parties[receiver].streams[$0].isRelayed }
            session.parties[receiver].moveTransport(of: group, to: open.first)
        }
    }

    /// Whether the keys of a line have to be ours because it shares a port with others: those whose
    /// keys the parties keep would need as many associations on the other side.
    func opensBundle(_ index: Int) -> Bool {
        let profile = TransportProfile(session.parties[sender].streams[index].protocolName)
        guard profile.security != .dtls || !options.capabilities.fingerprints.isEmpty else {
            return false
        }
        if offersBundle, session.parties[receiver].streams.filter(\.isRelayed).count > 1 {
            return true
        }
        let group = session.parties[sender].bundles.first { $0.contains(index) } ?? []
        return group.filter { session.parties[sender].streams[$0].treatment == .rtp }.count > 1
    }

    /// Chooses the group that the receiver is offered.
    mutating func chooseBundle() {
        if role == .offer { session.parties[receiver].offeredBundle = offeredBundle() }
    }

    /// Its lines, the carrier first.
    private func offeredBundle() -> [Int] {
        guard offersBundle else { return [] }
        let known = session.parties[receiver].bundles.first ?? []
        let others = session.parties[receiver].streams.indices.filter { !known.contains($0) }
        var mids: Set<String> = []
        var lines = (known + others).filter { index in
            guard isShownRelayed(index), let mid = session.parties[receiver].streams[index].mid
            else { return false }
            return mids.insert(mid).inserted
        }
        // RTCP by a port of its own cannot be shared (§9.3).
        if lines.count > 1 {
            lines.removeAll {
                !session.parties[receiver].streams[$0].muxAgreement.isOfferedToParty
            }
        }
        let carrier = lines.firstIndex { index in
            lines.contains { session.parties[receiver].streams[$0].carrier == index }
        }
        guard let carrier, carrier > 0 else { return lines }
        return [lines[carrier]] + lines.filter { $0 != lines[carrier] }
    }

    private func isShownRelayed(_ index: Int) -> Bool {
        session.parties[receiver].streams[index].treatment == .rtp && isRelayed(index)
            && streamOfSection.contains(index)
    }
}

// What an answer settles.
extension Negotiation {
    /// Has the transport of each group of the offerer go on under the first line that is answered.
    mutating func followAnsweredLines() {
        for group in session.parties[receiver].bundles {
            let open = group.filter { session.parties[sender].streams[$0].isRelayed }
            session.parties[receiver].moveTransport(of: group, to: open.first)
        }
    }

    /// Puts the lines of each group that is agreed on onto one carrier, towards both parties.
    mutating func settleBundles() {
        for party in [sender, receiver] {
            var carried: Set<Int> = []
            for group in session.parties[party].bundles {
                let lines = group.filter { mayShare($0, party) }
                guard lines.count > 1, !(party == receiver && options.bundle.contains(.reject))
                else { continue }
                session.parties[party].share(lines)
                carried.formUnion(lines)
            }
            for index in session.parties[party].streams.indices where !carried.contains(index) {
                leaveBundle(index, party)
            }
        }
    }

    /// Whether a line can be by the ports of another.
    private func mayShare(_ index: Int, _ party: Int) -> Bool {
        let stream = session.parties[party].streams[index]
        guard stream.treatment == .rtp, isRelayed(index), stream.security.mode != .passThrough
        else { return false }
        guard party == receiver else { return stream.isMultiplexed }
        return stream.muxAgreement.isOfferedByParty && stream.muxAgreement.acceptance != false
    }

    /// A line that no longer shares ports needs ports that its party knows of.
    private mutating func leaveBundle(_ index: Int, _ party: Int) {
        let stream = session.parties[party].streams[index]
        let wasCarried = stream.carrier != nil
        session.parties[party].streams[index].carrier = nil
        // An offerer that takes a line out says where it is now; an answerer has been told no port.
        let isLost =
            party == sender ? wasCarried : stream.isBundleOnly && stream.remoteRTP == nil
        guard stream.isRelayed, isLost else { return }
        warnings.append(
            "m= line \(index + 1): it has no port outside of its bundle; it was refused")
        session.parties[sender].streams[index].treatment = .rejected
        session.parties[receiver].streams[index].treatment = .rejected
    }
}

// What the receiver reads.
extension Negotiation {
    /// The groups that the description to the receiver names, as streams.
    func shownBundles() -> [[Int]] {
        guard role == .answer else {
            let offered = session.parties[receiver].offeredBundle
            return offered.isEmpty ? [] : [offered]
        }
        guard !options.bundle.contains(.reject) else { return [] }
        return session.parties[receiver].bundles.compactMap { group in
            let lines = group.filter { index in
                let stream = session.parties[receiver].streams[index]
                return isShownRelayed(index) && stream.mid != nil
                    && (stream.carrier != nil || session.parties[receiver].carries(index))
            }
            // A bundle of one line changes nothing on the wire, but some offerers (a page with the
            // policy max-bundle) take no description without it.
            if !lines.isEmpty { return lines }
            let left = group.filter(isShownRelayed)
            return left.count == 1 ? left : nil
        }
    }

    /// The lines that name them.
    var bundleLines: [SDPLine] {
        shownBundles().map { group in
            let mids = group.compactMap { session.parties[receiver].streams[$0].mid }
            return SDPAttribute(name: "group", value: (["BUNDLE"] + mids).joined(separator: " "))
                .line
        }
    }

    /// Whether the receiver is offered the line without a port of its own.
    func isOfferedBundleOnly(_ index: Int) -> Bool {
        guard role == .offer, options.bundle.contains(.require) else { return false }
        return session.parties[receiver].offeredBundle.dropFirst().contains(index)
            && session.parties[receiver].streams[index].carrier == nil
    }
}
