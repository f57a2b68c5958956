import BatonBase

/// Which parties an offer or answer concerns.
extension Negotiation {
    /// Finds or makes the two parties of the message.
    mutating func choosePair() throws(NegotiationError) {
        if role == .offer { try chooseForOffer() } else { try chooseForAnswer() }
        guard sender != receiver else {
            throw NegotiationError(
                .invalidDialogue,
                detail: "from-tag '\(options.fromTag)' and to-tag '\(options.toTag ?? "")' are "
                    + "one and the same party")
        }
    }

    private mutating func chooseForOffer() throws(NegotiationError) {
        let from = index(tag: options.fromTag)
        let to = options.toTag.flatMap { index(tag: $0) }
        switch (from, to) {
        case (let from?, let to?):
            (sender, receiver) = (from, to)
        case (let from?, nil):
            sender = from
            receiver = try leg(of: from)
            if let tag = options.toTag { adopt(tag, at: receiver) }
        case (nil, let to?):
            receiver = to
            sender = try peer(of: to)
            adopt(options.fromTag, at: sender)
        case (nil, nil):
            sender = try makeParty(tag: options.fromTag)
            receiver = try makeParty(tag: options.toTag)
        }
        if let branch = options.viaBranch { note(branch, at: receiver) }
    }

    private mutating func chooseForAnswer() throws(NegotiationError) {
        guard !session.parties.isEmpty else {
            throw NegotiationError(
                .unknownCallID, detail: "there is no call '\(session.callID)'")
        }
        guard let offerer = index(tag: options.fromTag), let toTag = options.toTag else {
            throw NegotiationError(
                .invalidDialogue, detail: "no offer came from from-tag '\(options.fromTag)'")
        }
        let offererID = session.parties[offerer].id
        receiver = offerer
        if let known = index(tag: toTag) {
            sender = known
        } else {
            sender = try answeringLeg(of: offererID)
            adopt(toTag, at: sender)
        }
        guard sender == receiver || session.parties[sender].offeredBy == offererID else {
            throw NegotiationError(
                .invalidDialogue,
                detail: "no offer of '\(options.fromTag)' awaits an answer of '\(toTag)'")
        }
    }

    /// The leg that an answer with an unknown tag comes from: the one that the branch names, else
    /// the newest that has not answered, else the newest at all (forking downstream).
    private func answeringLeg(of offerer: PartyID) throws(NegotiationError) -> Int {
        let legs = session.parties.indices.filter { session.parties[$0].offeredBy == offerer }
        if let branch = options.viaBranch,
            let leg = legs.last(where: { session.parties[$0].viaBranches.contains(branch) })
        {
            return leg
        }
        let active = session.index(of: offerer).flatMap { session.parties[$0].peer }
        let chosen =
            legs.last { session.parties[$0].tag == nil }
            ?? legs.last { session.parties[$0].id == active } ?? legs.last
        guard let chosen else {
            throw NegotiationError(
                .invalidDialogue, detail: "no offer of '\(options.fromTag)' awaits an answer")
        }
        return chosen
    }

    /// The leg that an offer of the party at `index` goes to when its tag names none.
    private mutating func leg(of index: Int) throws(NegotiationError) -> Int {
        let (own, peer) = (session.parties[index].id, session.parties[index].peer)
        if options.flags.contains(.newBranch), options.toTag == nil {
            return try makeParty(tag: nil)
        }
        let legs = session.parties.indices.filter { leg in
            session.parties[leg].offeredBy == own || session.parties[leg].id == peer
        }
        guard let branch = options.viaBranch, options.toTag == nil else {
            if let active = legs.last(where: { session.parties[$0].id == peer }) {
                return active
            }
            if let newest = legs.last { return newest }
            return try makeParty(tag: nil)
        }
        if let known = legs.last(where: { session.parties[$0].viaBranches.contains(branch) }) {
            return known
        }
        let unnamed = legs.last {
            session.parties[$0].tag == nil && session.parties[$0].viaBranches.isEmpty
        }
        if let unnamed { return unnamed }
        return try makeParty(tag: nil)
    }

    /// The party that talks to the one at `index`: the sender of an offer whose tag is new.
    private mutating func peer(of index: Int) throws(NegotiationError) -> Int {
        let (own, peer) = (session.parties[index].id, session.parties[index].peer)
        let offerer = session.parties[index].offeredBy
        let legs = session.parties.indices.filter { leg in
            leg != index
                && (session.parties[leg].offeredBy == own || session.parties[leg].id == peer
                    || session.parties[leg].id == offerer)
        }
        let untagged = legs.last { session.parties[$0].tag == nil }
        let active = legs.last { session.parties[$0].id == peer }
        if let known = untagged ?? active ?? legs.last { return known }
        return try makeParty(tag: nil)
    }

    private func index(tag: String) -> Int? { session.index(tag: tag) }

    private mutating func makeParty(tag: String?) throws(NegotiationError) -> Int {
        guard session.parties.count < session.limits.parties else {
            throw NegotiationError(
                .limit,
                detail: "call '\(session.callID)' has \(session.parties.count) parties already, "
                    + "the limit")
        }
        let id = PartyID(session.nextPartyNumber)
        session.nextPartyNumber &+= 1
        session.parties.append(Party(id: id, tag: tag, at: now))
        return session.parties.count - 1
    }

    /// Gives the party `tag`; one that it had is kept as an alias.
    private mutating func adopt(_ tag: String, at index: Int) {
        guard !session.parties[index].isTagged(tag) else { return }
        if let old = session.parties[index].tag {
            Self.append(old, to: &session.parties[index].aliases, session.limits.aliases)
        }
        session.parties[index].tag = tag
    }

    private mutating func note(_ branch: String, at index: Int) {
        guard !session.parties[index].viaBranches.contains(branch) else { return }
        Self.append(
            branch, to: &session.parties[index].viaBranches, session.limits.viaBranches)
    }

    private static func append(_ text: String, to list: inout [String], _ limit: Int) {
        list.append(text)
        while list.count > max(limit, 0) { list.removeFirst() }
    }
}
