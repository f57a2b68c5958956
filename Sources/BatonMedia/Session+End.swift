extension Session {
    /// Ends the session or, when the tags and the branch single out one of several branches, that
    /// branch. A session without parties is over.
    ///
    /// - A branch: the party that it named and nothing else, unless no other branch is left.
    /// - Two tags: likewise the branch of the two.
    /// - The offerer's tag alone: its dialogs, all branches included.
    /// - A branch's tag alone: the branch; if it is the one that hears and is heard, its dialog is
    ///   over, and with it the other branches of the same offer.
    /// - A branch that nobody knows: as without it. Some proxies name the branch of the BYE itself.
    /// - Two tags of which one is not known: the leg of the other that has no tag yet, since its
    ///   answer was never seen.
    ///
    /// - Parameters:
    ///   - fromTag: `nil` or empty ends the whole session.
    ///   - toTag: Considered before the branch when it is given.
    ///   - viaBranch: Considered when it is given.
    /// - Returns: what to tell the worker, or `nil` when no party fits (the session is unchanged).
    public mutating func end(
        fromTag: String? = nil, toTag: String? = nil, viaBranch: String? = nil
    ) -> [PortCommand]? {
        guard let fromTag, !fromTag.isEmpty else { return remove(Set(parties.map(\.id))) }
        let hasToTag = toTag?.isEmpty == false
        let to = hasToTag ? toTag.flatMap { party(tag: $0) } : nil
        guard let from = party(tag: fromTag) else { return to.flatMap { endUntagged(of: $0) } }
        if let to {
            guard to.id != from.id, areLinked(from, to) else { return nil }
            return endBranch(branches(of: from).count > 1 ? to : from)
        }
        let named = parties.first {
            viaBranch.map($0.viaBranches.contains) == true
                && ($0.id == from.id || areLinked($0, from))
        }
        if let named { return endBranch(named) }
        return hasToTag ? endUntagged(of: from) : endDialogs(of: from)
    }

    /// Ends the one leg of a party that no answer has named yet; all its dialogs when no leg has a
    /// name. Of several without a name beside one that talks, nobody can say which is meant.
    private mutating func endUntagged(of party: Party) -> [PortCommand]? {
        let legs = branches(of: party)
        let untagged = legs.filter { $0.tag == nil }
        if untagged.count == 1 { return endBranch(untagged[0]) }
        return untagged.isEmpty || untagged.count < legs.count ? nil : endDialogs(of: party)
    }

    /// Removes one branch, or everything when it was the only one.
    private mutating func endBranch(_ branch: Party) -> [PortCommand] {
        guard
            let hub = branch.offeredBy.flatMap({ party($0) }) ?? branch.peer.flatMap({ party($0) }),
            branches(of: hub).contains(where: { $0.id != branch.id })
        else { return endDialogs(of: branch) }
        return remove([branch.id])
    }

    private mutating func endDialogs(of party: Party) -> [PortCommand] {
        guard branches(of: party).count <= 1, let peer = party.peer.flatMap({ self.party($0) })
        else { return remove(Set(branches(of: party).map(\.id) + [party.id])) }
        // A branch that is not the one heard goes alone; otherwise its offerer goes with it.
        guard peer.peer == party.id else { return remove([party.id]) }
        return remove(Set(branches(of: peer).map(\.id) + [peer.id, party.id]))
    }

    private func areLinked(_ one: Party, _ other: Party) -> Bool {
        one.peer == other.id || other.peer == one.id || one.offeredBy == other.id
            || other.offeredBy == one.id
    }

    private func branches(of party: Party) -> [Party] {
        parties.filter { $0.id != party.id && areLinked($0, party) }
    }

    /// Takes the parties out; those that are left without anyone to talk to go too.
    private mutating func remove(_ ids: Set<PartyID>) -> [PortCommand] {
        var gone = ids
        for party in parties where !gone.contains(party.id) {
            if !branches(of: party).contains(where: { !gone.contains($0.id) }) {
                gone.insert(party.id)
            }
        }
        let closings = parties.filter { gone.contains($0.id) }
            .flatMap { party in
                // What a line has to say at its end still leaves by its carrier.
                let lines =
                    party.streams.filter { $0.carrier != nil }
                    + party.streams.filter { $0.carrier == nil }
                return lines.flatMap(\.portPairs).flatMap(\.closings)
            }
        parties.removeAll { gone.contains($0.id) }
        for index in parties.indices where parties[index].peer.map(gone.contains) ?? false {
            parties[index].peer = successor(of: parties[index])
        }
        return updateConfigurations() + closings
    }

    /// Whom a party hears when its peer is gone: the branch that answered last.
    private func successor(of party: Party) -> PartyID? {
        branches(of: party).max { $0.answerOrder < $1.answerOrder }?.id
    }
}
