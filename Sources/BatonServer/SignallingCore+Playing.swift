import BatonBase
import BatonMedia
import BatonNG
import BatonTranscode

// `play media` and `stop media` (N10).
extension SignallingCore {
    /// Plays to the parties at these indices. The reply goes at once; the first packet goes as soon
    /// as the track is there in the party's codec.
    func playMedia(
        _ request: NGRequest, to parties: [Int], of record: SessionRecord, at now: Instant
    ) throws(NGError) -> NGReply {
        let track = try requestedTrack(request.playback)
        let extent = Self.extent(of: request.playback, track)
        var targets: [(PartyID, PlaybackTarget, AudioFormat)] = []
        for index in parties {
            guard let target = record.session.playbackTarget(ofPartyAt: index),
                let format = target.formats.first
            else { continue }
            targets.append((record.session.parties[index].id, target, format))
        }
        guard !targets.isEmpty else {
            throw NGError(
                .playback, detail: "the party has no audio in a codec that baton can make")
        }
        for (party, target, format) in targets {
            nextPlayback &+= 1
            let playback = Playback(
                nextPlayback, track, extent, to: party, by: target.port, as: format)
            record.playbacks.removeAll { $0.party == party }
            record.playbacks.append(playback)
            begin(playback, played: 0, of: record)
        }
        var body = NGDictionary()
        if let duration = track.duration { body.append("duration", .integer(duration.wholeMs)) }
        return .ok(body, warning: request.warning)
    }

    /// Ends what is played to the parties at these indices.
    func stopMedia(
        _ request: NGRequest, to parties: [Int], of record: SessionRecord
    ) -> NGReply {
        var position: Int?
        let ids = parties.map { record.session.parties[$0].id }
        for playback in record.playbacks where ids.contains(playback.party) {
            if let begun = playback.begun, position == nil {
                position = begun.positionMs(played: played(playback, record))
            }
            stop(playback, of: record)
        }
        record.playbacks.removeAll { ids.contains($0.party) }
        var body = NGDictionary()
        if let position { body.append("last-frame-pos", .integer(Int64(position))) }
        return .ok(body, warning: request.warning)
    }

    /// Ends all that is played in a call that ends.
    func endPlaybacks(of record: SessionRecord) {
        for playback in record.playbacks { stop(playback, of: record) }
        record.playbacks = []
    }

    /// After an offer, an answer or the end of a branch: what is played goes on by the party's port
    /// and in its codec of now.
    func followPlaybacks(_ record: SessionRecord, at now: Instant) {
        for playback in record.playbacks {
            let index = record.session.parties.firstIndex { $0.id == playback.party }
            guard let index, let target = record.session.playbackTarget(ofPartyAt: index),
                let format = target.formats.first
            else {
                stop(playback, of: record)
                record.playbacks.removeAll { $0 === playback }
                continue
            }
            guard target.port != playback.port || format != playback.format else { continue }
            let played = played(playback, record)
            if target.port != playback.port { stop(playback, of: record) }
            playback.port = target.port
            playback.format = format
            begin(playback, played: played, of: record)
        }
    }

    /// A worker has come to the end of a playback. Others that have ended by a command or by
    /// another in their place are not worth an event.
    func playingEnded(
        _ number: UInt32, of record: SessionRecord, localPort: UInt16
    ) -> ServerEvent.Kind? {
        guard let place = record.playbacks.firstIndex(where: { $0.number == number }) else {
            return nil
        }
        record.playbacks.remove(at: place)
        return .playingEnded(localPort: localPort, failure: nil)
    }

    private func requestedTrack(_ wanted: NGPlayback) throws(NGError) -> MediaTrack {
        do throws(MediaFailure) {
            if let name = wanted.file {
                if let tone = MediaSource(toneNamed: name) { return try library.track(tone) }
                return try library.track(.file(settings.files.path(of: name)))
            }
            if let blob = wanted.blob { return try library.track(.bytes(blob.array)) }
            throw MediaFailure(
                wanted.databaseID == nil
                    ? "play media needs one of file, blob and blob64"
                    : "db-id needs a database of files, which baton does not have")
        } catch {
            throw NGError(.playback, detail: error.reason)
        }
    }

    private static func extent(of wanted: NGPlayback, _ track: MediaTrack) -> Playback.Extent {
        var extent = Playback.Extent()
        extent.startMs = Int(clamping: max(wanted.startPositionMs ?? 0, 0))
        if let limit = wanted.repeatDurationMs, limit > 0 {
            extent.limitMs = Int(clamping: min(limit, 86_400_000 * 365))
        }
        if let times = wanted.repeatTimes, times > 0 {
            extent.turns = Int(clamping: times)
        } else if extent.limitMs != nil || track.isEndless {
            extent.turns = .max
        }
        return extent
    }

    /// Has the worker play as soon as the packets are there.
    private func begin(_ playback: Playback, played: Int, of record: SessionRecord) {
        let (port, format) = (playback.port, playback.format)
        library.encode(playback.track, as: format) { [weak self, weak record] result in
            guard let self, let record, record.playbacks.contains(where: { $0 === playback }),
                playback.port == port, playback.format == format
            else { return }
            switch result {
            case .success(let packets):
                let command = playback.command(packets, played: played)
                playback.begun = command
                plane.submit([.play(port, command)], worker: record.worker)
            case .failure(let failure): fail(playback, failure, of: record, at: library.now)
            }
        }
    }

    private func fail(
        _ playback: Playback, _ failure: MediaFailure, of record: SessionRecord, at now: Instant
    ) {
        stop(playback, of: record)
        record.playbacks.removeAll { $0 === playback }
        let port = record.session.streamPairs.first { $0.rtp.slot == playback.port }
        emit(
            .playingEnded(localPort: port?.rtp.address.port ?? 0, failure: failure.reason),
            callID: record.callID, at: now)
    }

    private func stop(_ playback: Playback, of record: SessionRecord) {
        guard playback.begun != nil else { return }
        plane.submit([.stopPlaying(playback.port)], worker: record.worker)
    }

    /// How many packets of a playback have gone out.
    private func played(_ playback: Playback, _ record: SessionRecord) -> Int {
        guard playback.begun != nil else { return 0 }
        return Int(
            clamping: counters.count(.packetsPlayed, of: playback.port, worker: record.worker))
    }
}

extension Duration {
    /// Whole milliseconds, rounded to the nearest.
    fileprivate var wholeMs: Int64 { Int64(clamping: (wholeNanoseconds + 500_000) / 1_000_000) }
}
