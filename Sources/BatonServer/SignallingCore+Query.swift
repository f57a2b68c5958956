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

    /// Executes a list: as many call-ids as asked for, and as the reply has room for (N5).
    func list(_ request: NGRequest, _ replyLimitBytes: Int) -> NGReply {
        let limit = max(request.limit ?? settings.listLimit, 0)
        // The largest cookie, the other keys and a warning need some room too.
        var room = replyLimitBytes - 1_024
        var calls: [NGValue] = []
        var isCut = false
        for record in table.all.prefix(limit) {
            // In JSON a byte can take six, but call-ids are mostly printable.
            room -= record.callID.utf8.count * 2 + 8
            if room < 0, replyLimitBytes < .max {
                isCut = true
                break
            }
            calls.append(.text(record.callID))
        }
        var body = NGDictionary()
        body.add(.calls, .list(calls))
        var reply = NGReply.ok(body, warning: request.warning)
        if isCut { reply.addWarning("the reply has room for \(calls.count) call-ids only") }
        return reply
    }

    /// The figures of a session; with a tag, of that party and the one it talks to.
    func sessionFigures(
        of record: SessionRecord, tags tag: String?, extent: FigureExtent, at now: Instant
    ) -> NGDictionary {
        let parties = parties(of: record, tag: tag)
        let created = wallMicroseconds(record.session.createdAt)
        var body = NGDictionary()
        body.add(.created, .number(created / 1_000_000))
        body.add(.createdUs, .number(created % 1_000_000))
        body.add(.createdTs, .number(created))
        body.add(.lastSignal, .number(wallMicroseconds(record.lastSignalAt) / 1_000_000))
        body.add(.lastRedisUpdate, 0)
        if let metadata = record.session.metadata, extent == .whole {
            body.add(.metadata, .text(metadata))
        }
        if let recording = recordingFigures(of: record), extent == .whole {
            body.add(.recording, .dictionary(recording))
        }
        if extent != .totals {
            body.add(.ssrc, .dictionary(sourceFigures(of: record, parties, extent)))
        }
        if extent == .whole {
            body.add(.tags, .dictionary(partyFigures(of: record, parties)))
        }
        body.add(.totals, .dictionary(totalFigures(of: record, parties, isAll: tag == nil)))
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
                sum.add(traffic(of: pair, worker: record.worker))
            }
        }
        return [.rtp: .figures(sum.rtp), .rtcp: .figures(sum.rtcp)]
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
        body.add(.tag, .text(name))
        if let branch = party.viaBranches.last { body.add(.viaBranch, .text(branch)) }
        if !party.aliases.isEmpty {
            body.add(.tagAliases, .list(party.aliases.map { .text($0) }))
        }
        if let label = party.label { body.add(.label, .text(label)) }
        body.add(.created, .number(wallMicroseconds(party.createdAt) / 1_000_000))
        let peer = party.peer.flatMap { record.session.party($0)?.tag }
        let links: NGValue = .list(
            [peer].compactMap(\.self).map { [.tag: .text($0), .type: "offer/answer"] })
        body.add(.subscriptions, links)
        body.add(.subscribers, links)
        let medias = party.streams.enumerated().map { index, stream in
            NGValue.dictionary(figures(of: stream, index: index, party, in: record))
        }
        body.add(.medias, .list(medias))
        body.add(.vsc, [])
        if let recording = recordingFigures(of: party, in: record) {
            body.add(.recording, recording)
        }
        return body
    }
}

extension NGValue {
    /// Packets, bytes and errors as the proxies read them.
    static func figures(_ totals: TrafficTotals) -> NGValue {
        [
            .packets: .number(totals.packets), .bytes: .number(totals.bytes),
            .errors: .number(totals.errors),
        ]
    }
}
