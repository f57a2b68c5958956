import BatonBase
import BatonSDP

/// Which stream each section of the description stands for (RFC 3264 §8: by position; by `a=mid`
/// where a party moved its lines all the same).
///
/// The streams of both parties stand at the same indices. A line that one of them does not see is
/// hidden there, so a section's position counts the visible streams only.
extension Negotiation {
    /// Fills ``streamOfSection`` and gives both parties equally many streams.
    mutating func matchStreams() throws(NegotiationError) {
        noteRound()
        alignCounts()
        if role == .offer { followMids() }
        let visible = visibleStreams
        streamOfSection = sdp.media.indices.map { $0 < visible.count ? visible[$0] : nil }
        if role == .offer {
            try addStreams(after: visible.last ?? -1)
            hideDropped(visible)
        } else if sdp.media.count > visible.count {
            warnings.append(
                "the answer has \(sdp.media.count) m= lines, the offer had \(visible.count): "
                    + "the surplus was left out")
        }
    }

    private var visibleStreams: [Int] {
        let streams = session.parties[sender].streams
        return streams.indices.filter { !streams[$0].isHidden }
    }

    /// Tells a repeated message from a new one, and counts the offers.
    private mutating func noteRound() {
        let digest = DescriptionDigest.of(sdp, includesOrigin: true)
        let isSame = session.parties[sender].spokenDigest == digest
        session.parties[sender].spokenDigest = digest
        session.parties[sender].isDescribed = true
        if role == .offer {
            if isSame, !session.parties[sender].isOfferAnswered {
                reopensLearning = false
            } else {
                session.parties[sender].offerRound &+= 1
                session.parties[sender].isOfferAnswered = false
            }
        } else {
            let offer = AnsweredOffer(
                party: session.parties[receiver].id, round: session.parties[receiver].offerRound)
            reopensLearning = session.parties[sender].answered != offer
            session.parties[sender].answered = offer
            session.parties[receiver].isOfferAnswered = true
        }
    }

    /// A party that has fewer streams than the other gets hidden, refused ones.
    private mutating func alignCounts() {
        let count = max(
            session.parties[sender].streams.count, session.parties[receiver].streams.count)
        pad(receiver, to: count, like: sender, isHidden: false)
        pad(sender, to: count, like: receiver, isHidden: true)
    }

    private mutating func pad(_ index: Int, to count: Int, like other: Int, isHidden: Bool) {
        while session.parties[index].streams.count < count {
            let model = session.parties[other].streams[session.parties[index].streams.count]
            var stream = Stream(
                kind: model.kind, protocolName: model.protocolName, treatment: .rejected)
            stream.firstFormat = model.firstFormat
            stream.isHidden = isHidden
            session.parties[index].streams.append(stream)
        }
    }

    /// Puts the streams in the order of the offer's `a=mid` values, where it has changed.
    private mutating func followMids() {
        let visible = visibleStreams
        let streams = session.parties[sender].streams
        let known = visible.map { streams[$0].mid }
        let isInOrder = summaries.enumerated().allSatisfy { position, summary in
            guard let mid = summary.mid else { return true }
            guard let place = known.firstIndex(of: mid) else { return true }
            return place == position
        }
        if isInOrder { return }
        var left = Array(visible.indices)
        var order: [Int] = []
        for summary in summaries where order.count < visible.count {
            let place =
                left.firstIndex { summary.mid != nil && known[$0] == summary.mid }
                ?? left.firstIndex { place in
                    !summaries.contains { $0.mid != nil && $0.mid == known[place] }
                } ?? 0
            order.append(visible[left.remove(at: place)])
        }
        order += left.map { visible[$0] }
        reorder(visible, as: order)
    }

    /// Moves the streams at `order` to the places `places`, at every party of the dialogs.
    private mutating func reorder(_ places: [Int], as order: [Int]) {
        let count = session.parties[sender].streams.count
        let own = session.parties[sender].id
        for index in session.parties.indices {
            let party = session.parties[index]
            let isLinked =
                index == sender || index == receiver || party.offeredBy == own || party.peer == own
            guard isLinked else { continue }
            pad(index, to: count, like: sender, isHidden: false)
            let streams = session.parties[index].streams
            for (place, origin) in zip(places, order) {
                session.parties[index].streams[place] = streams[origin]
            }
            session.parties[index].renumberBundles(places, as: order)
        }
    }

    /// Finds streams for the sections behind the known ones: hidden, refused places behind `last`
    /// first (RFC 3264 §8.1 lets a refused line be used again), then new ones.
    private mutating func addStreams(after last: Int) throws(NegotiationError) {
        var next = last + 1
        for section in sdp.media.indices where streamOfSection[section] == nil {
            guard next < session.limits.streams else {
                throw NegotiationError(
                    .cannotRewrite,
                    detail: "the call would have more than \(session.limits.streams) m= lines")
            }
            if next == session.parties[sender].streams.count {
                let stream = Stream(kind: "", protocolName: "", treatment: .rejected)
                session.parties[sender].streams.append(stream)
                session.parties[receiver].streams.append(stream)
            }
            session.parties[sender].streams[next].isHidden = false
            streamOfSection[section] = next
            next += 1
        }
    }

    /// A line that a re-offer leaves out (RFC 3264 §8 forbids it) is refused, and not shown to the
    /// sender any more.
    private mutating func hideDropped(_ visible: [Int]) {
        for index in visible.dropFirst(sdp.media.count) {
            session.parties[sender].streams[index].treatment = .rejected
            session.parties[sender].streams[index].isHidden = true
            session.parties[receiver].streams[index].treatment = .rejected
        }
    }
}
