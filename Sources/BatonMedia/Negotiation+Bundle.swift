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
            && TransportProfile(sdp.media[section].protocolName).treatment == .rtp
            && bundle(of: section).map { $0.first != section } ?? false
    }

    /// The section that says how the packets of another one are protected: itself, or the tagged
    /// one of its group when it leaves that to it (§7.1.3).
    func keySection(of section: Int) -> Int {
        summaries[section].hasSecurity ? section : bundle(of: section)?.first ?? section
    }

    /// The same of ICE.
    func iceSection(of section: Int) -> Int {
        summaries[section].hasICE ? section : bundle(of: section)?.first ?? section
    }

    /// Notes the groups of the sender, and has the transport that each uses go on under the line
    /// which is the first now.
    mutating func readBundles() {
        let groups = (rejectsOffer ? [] : bundles).map { sections in
            sections.compactMap { streamOfSection[$0] }
                .filter { role == .offer || session.parties[sender].offeredBundle.contains($0) }
        }
        session.parties[sender].bundles = groups.filter { !$0.isEmpty }
        let open = session.parties[sender].streams.indices.filter { index in
            guard let section = streamOfSection.firstIndex(of: index) else { return false }
            return sdp.media[section].port != 0 || isBundleOnly(section)
        }
        session.parties[sender].keepTransports(of: open)
    }
}

// What the receiver is offered.
extension Negotiation {
    /// Whether the lines of a description to the receiver are to be a group.
    var offersBundle: Bool {
        role == .offer
            && (options.bundle.contains(.offer) || !session.parties[receiver].bundles.isEmpty
                || session.parties[receiver].streams.contains { $0.carrier != nil })
    }

    /// Has the transports that the receiver's lines share go on under those that the other party
    /// has not refused: in an offer to it, or in the answer.
    mutating func followOpenLines() {
        let open = session.parties[receiver].streams.indices.filter { index in
            session.parties[role == .offer ? receiver : sender].streams[index].isRelayed
        }
        session.parties[receiver].keepTransports(of: open)
    }

    /// Whether the keys of a line have to be ours because it shares a port with others: those whose
    /// keys the parties keep would need as many associations on the other side.
    func opensBundle(_ index: Int) -> Bool {
        let profile = TransportProfile(session.parties[sender].streams[index].protocolName)
        guard profile.security != .dtls || !options.capabilities.fingerprints.isEmpty else {
            return false
        }
        let shown = session.parties[receiver].streams.filter { $0.treatment == .rtp }
        if offersBundle, shown.count > 1 { return true }
        let group = session.parties[sender].bundles.first { $0.contains(index) } ?? []
        return group.filter { session.parties[sender].streams[$0].treatment == .rtp }.count > 1
    }

    /// Chooses the group that the receiver is offered.
    mutating func chooseBundle() {
        guard role == .offer else { return }
        session.parties[receiver].offeredBundle = offeredBundle()
        for index in session.parties[receiver].streams.indices {
            session.parties[receiver].streams[index].hasShownPort =
                session.parties[receiver].streams[index].carrier == nil
                && !isOfferedBundleOnly(index)
        }
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
        leaveOutContradictions(&lines)
        let carrier = lines.firstIndex { index in
            lines.contains { session.parties[receiver].streams[$0].carrier == index }
        }
        guard let carrier, carrier > 0 else { return lines }
        return [lines[carrier]] + lines.filter { $0 != lines[carrier] }
    }

    /// Takes out what gives a payload type or the identifier of a header extension another meaning
    /// than a line before it (§9.1, RFC 8285 §5): no party would take the group.
    private func leaveOutContradictions(_ lines: inout [Int]) {
        var vocabulary = SectionVocabulary()
        lines.removeAll { index in
            guard let section = streamOfSection.firstIndex(of: index) else { return true }
            let words = SectionVocabulary(editedSections[section] ?? sdp.media[section])
            let isShared = session.parties[receiver].streams[index].carrier != nil
            if !isShared, words.contradicts(vocabulary) { return true }
            vocabulary.merge(words)
            return false
        }
    }

    private func isShownRelayed(_ index: Int) -> Bool {
        session.parties[receiver].streams[index].treatment == .rtp && isRelayed(index)
            && streamOfSection.contains(index)
    }
}

// What an answer settles.
extension Negotiation {
    /// Puts the lines of each group that is agreed on onto one carrier, towards both parties.
    mutating func settleBundles() {
        for party in [sender, receiver] {
            var carried: Set<Int> = []
            for group in session.parties[party].bundles {
                let first = group.first { mayShare($0, party) }
                let lines = group.filter { mayShare($0, party) && isAlike($0, first, party) }
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

    /// Whether a line is protected as the first of its group is.
    private func isAlike(_ index: Int, _ first: Int?, _ party: Int) -> Bool {
        guard let first else { return false }
        let (one, other) = (
            session.parties[party].streams[first], session.parties[party].streams[index]
        )
        return one.security.mode == other.security.mode
            && TransportProfile(one.protocolName).security
                == TransportProfile(other.protocolName).security
    }

    /// A line that shares no ports needs such as its party has been told, or has told.
    private mutating func leaveBundle(_ index: Int, _ party: Int) {
        let stream = session.parties[party].streams[index]
        session.parties[party].streams[index].carrier = nil
        let hasNoKnownPort =
            party == sender ? !stream.hasShownPort : stream.isBundleOnly && stream.remoteRTP == nil
        // While another branch may have it, the offerer's line stays.
        guard stream.treatment == .rtp, isRelayed(index), hasNoKnownPort else { return }
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
