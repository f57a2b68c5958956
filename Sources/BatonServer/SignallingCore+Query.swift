import BatonBase
import BatonMedia
import BatonNG

// query and list: the figures of sessions in the shape that the proxies read (N7, P4).
extension SignallingCore {
    /// Executes a query.
    func query(_ request: NGRequest, at now: Instant) -> Outcome {
        guard let callID = request.callID, !callID.isEmpty else {
            return Outcome(.error(.noCallID))
        }
        guard let record = table.record(callID) else {
            return Outcome(
                .error(.unknownCallID, detail: "no session has the call-id '\(callID)'"))
        }
        let tag = request.toTag ?? request.fromTag
        let make = { [self] (extent: FigureExtent) in
            NGReply.ok(
                sessionFigures(of: record, tags: tag, extent: extent, at: now),
                warning: request.warning)
        }
        return Outcome(make(.whole), shorten: make)
    }

    /// Executes a list: as many call-ids as asked for.
    func list(_ request: NGRequest) -> NGReply {
        let limit = max(request.limit ?? settings.listLimit, 0)
        let calls = table.all.prefix(limit).map { NGValue.text($0.callID) }
        var body = NGDictionary()
        body.append("calls", .list(Array(calls)))
        return .ok(body, warning: request.warning)
    }

    /// The figures of a session; with a tag, of that party and the one it talks to.
    func sessionFigures(
        of record: SessionRecord, tags tag: String?, extent: FigureExtent, at now: Instant
    ) -> NGDictionary {
        let parties = parties(of: record, tag: tag)
        let created = wallMicroseconds(record.session.createdAt)
        var body = NGDictionary()
        body.append("created", .number(created / 1_000_000))
        body.append("created_us", .number(created % 1_000_000))
        body.append("created_ts", .number(created))
        body.append("last signal", .number(wallMicroseconds(record.lastSignalAt) / 1_000_000))
        body.append("last redis update", 0)
        if let metadata = record.session.metadata, extent == .whole {
            body.append("metadata", .text(metadata))
        }
        if extent != .totals {
            body.append("SSRC", .dictionary(sourceFigures(of: record, parties, extent)))
        }
        if extent == .whole {
            body.append("tags", .dictionary(partyFigures(of: record, parties)))
        }
        body.append("totals", .dictionary(totalFigures(of: record, parties, isAll: tag == nil)))
        return body
    }

    private func parties(of record: SessionRecord, tag: String?) -> [Party] {
        guard let tag else { return record.session.parties }
        guard let party = record.session.party(tag: tag) else { return [] }
        let peer = party.peer.flatMap { record.session.party($0) }
        return [party] + [peer].compactMap(\.self)
    }

    private func totalFigures(
        of record: SessionRecord, _ parties: [Party], isAll: Bool
    ) -> NGDictionary {
        var sum = isAll ? record.retired : SessionTraffic()
        if isAll {
            sum = traffic(of: record)
        } else {
            for pair in parties.flatMap({ $0.streams.compactMap(\.ports) }) {
                sum.add(traffic(of: pair.rtp.slot, worker: record.worker))
                sum.add(traffic(of: pair.rtcp.slot, worker: record.worker))
            }
        }
        return ["RTP": .figures(sum.rtp), "RTCP": .figures(sum.rtcp)]
    }

    private func partyFigures(of record: SessionRecord, _ parties: [Party]) -> NGDictionary {
        var result = NGDictionary()
        for (index, party) in parties.enumerated() {
            let key = party.tag ?? "<untagged \(index + 1)>"
            result.append(key, .dictionary(figures(of: party, named: key, in: record)))
        }
        return result
    }

    private func figures(
        of party: Party, named name: String, in record: SessionRecord
    ) -> NGDictionary {
        var body = NGDictionary()
        body.append("tag", .text(name))
        if let branch = party.viaBranches.last { body.append("via-branch", .text(branch)) }
        if !party.aliases.isEmpty {
            body.append("tag-aliases", .list(party.aliases.map { .text($0) }))
        }
        if let label = party.label { body.append("label", .text(label)) }
        body.append("created", .number(wallMicroseconds(party.createdAt) / 1_000_000))
        let peer = party.peer.flatMap { record.session.party($0)?.tag }
        let links: NGValue = .list(
            [peer].compactMap(\.self).map { ["tag": .text($0), "type": "offer/answer"] })
        body.append("subscriptions", links)
        body.append("subscribers", links)
        let medias = party.streams.enumerated().map { index, stream in
            NGValue.dictionary(figures(of: stream, index: index, party, in: record))
        }
        body.append("medias", .list(medias))
        body.append("VSC", [])
        return body
    }
}

extension NGValue {
    /// Packets, bytes and errors as the proxies read them.
    static func figures(_ totals: TrafficTotals) -> NGValue {
        [
            "packets": .number(totals.packets), "bytes": .number(totals.bytes),
            "errors": .number(totals.errors),
        ]
    }
}
