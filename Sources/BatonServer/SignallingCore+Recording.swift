public import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonMediaFile
import BatonNG
public import BatonRecord

// start, stop and pause recording, and what offers say of it (N10).
extension SignallingCore {
    /// Executes a command about recording, for the parties at these indices of the session.
    func record(
        _ command: NGMediaCommand, _ request: NGRequest, _ parties: [Int],
        of record: SessionRecord, at now: Instant
    ) throws(NGError) -> NGReply {
        var reply = NGReply.ok(warning: request.warning)
        let isPause =
            command == .pauseRecording || request.mediaFlags.contains(.pauseRecording)
        switch command {
        case .startRecording:
            let chosen = request.party == nil ? nil : parties
            try startRecording(of: record, request, chosen, at: now)
            addRecordings(of: record, to: &reply)
            if record.session.isTapUnreadable { reply.addWarning(Self.unreadable) }
        case _ where record.recording == nil:
            reply.addWarning("the call is not recorded")
        case _ where isPause:
            pauseRecording(of: record, at: now)
        default:
            endRecording(
                of: record, discards: request.mediaFlags.contains(.discardRecording), at: now)
        }
        return reply
    }

    /// What an offer or answer changes: it may begin or end the recording, and brings new parties,
    /// codecs and ports.
    func followRecording(
        of record: SessionRecord, _ request: NGRequest, _ reply: inout NGReply, at now: Instant
    ) {
        exclude(request, of: record)
        if request.recordCall == true, record.recording == nil {
            do throws(NGError) {
                try startRecording(of: record, request, nil, at: now)
            } catch {
                reply.addWarning(
                    "not recorded: \(error.reason.rawValue): \(error.detail ?? "")")
            }
        } else if request.recordCall == false {
            endRecording(of: record, discards: false, at: now)
        } else {
            copy(of: record, at: now)
        }
        addRecordings(of: record, to: &reply)
    }

    /// Ends a session's recording, if there is one.
    func endRecording(of record: SessionRecord, discards: Bool, at now: Instant) {
        guard let recording = record.recording else { return }
        // What is known until now is what stands in the metadata.
        copy(of: record, at: now)
        record.recording = nil
        recorder?.end(recording.number, at: now, discards: discards)
        record.copies?.recorded = .none
        copy(of: record, at: now)
    }

    /// The recorder says what has become of a recording, or of audio on its way to a listener.
    public func note(_ event: RecorderEvent, at now: Instant) {
        switch event {
        case .recording(let event): note(event, at: now)
        case .forwarding(let event): note(event, at: now)
        }
    }

    private func note(_ event: RecordingEvent, at now: Instant) {
        switch event.kind {
        case .failed(_, let reason):
            emit(.recordingFailed(reason: reason), callID: event.callID, at: now)
        case .finished:
            emit(
                .recordingEnded(files: event.files, packets: event.packets), callID: event.callID,
                at: now)
        case .discarded:
            emit(.recordingEnded(files: [], packets: 0), callID: event.callID, at: now)
        }
    }

    /// What a command warns of that cannot take anything.
    static var unreadable: String {
        "the parties keep their SRTP keys to themselves, so that nothing can be recorded; use "
            + "record-call in the offer, or send a new offer now"
    }

    private func addRecordings(of record: SessionRecord, to reply: inout NGReply) {
        guard let recording = record.recording else { return }
        reply.body.add(.recordings, .list(recording.files.map { .text($0) }))
    }

    private func exclude(_ request: NGRequest, of record: SessionRecord) {
        guard request.mediaFlags.contains(.excludeRecording) else { return }
        let tag = request.command == .answer ? request.toTag : request.fromTag
        guard let party = tag.flatMap({ record.session.party(tag: $0) }) else { return }
        record.unrecorded.insert(party.id)
    }

    // MARK: - Beginning

    private func startRecording(
        of record: SessionRecord, _ request: NGRequest, _ chosen: [Int]?, at now: Instant
    ) throws(NGError) {
        let parties = chosen.map { Set($0.map { record.session.parties[$0].id }) }
        if let recording = record.recording {
            resume(record, recording, adding: parties, at: now)
            return
        }
        guard let recorder else {
            throw NGError(.recording, detail: "this server has no recorder")
        }
        recordingNumber &+= 1
        let number = recordingNumber
        var target = try RecordingTarget(request.recording, settings.recording)
        target.setValues(
            callID: record.callID, number: number, tag: record.session.parties.first?.tag,
            label: record.session.parties.first?.label, unixMicroseconds: wallMicroseconds(now))
        var copies = record.copies ?? newCopies()
        copies.recorded = PartySelection.none.adding(parties)
        let before = record.session.tap
        setTap(copies, of: record)
        do throws(NGError) {
            let files = try begin(
                target, number, record, recordedLines(of: record), recorder, at: now)
            record.recording = SessionRecording(number: number, files: files)
        } catch {
            record.session.setTapSilently(before)
            throw error
        }
        record.copies = copies
        copy(of: record, at: now)
    }

    /// Makes the files; a name that is taken gets a number.
    private func begin(
        _ target: RecordingTarget, _ number: UInt32, _ record: SessionRecord,
        _ lines: [RecordedLine], _ recorder: Recorder, at now: Instant
    ) throws(NGError) -> [String] {
        let name = try target.name()
        for attempt in 1...9 {
            let plan = RecordingPlan(
                number: number, tap: record.session.tap?.recording ?? 0, callID: record.callID,
                folder: target.folder,
                name: attempt == 1 ? name : "\(name)-\(attempt)", formats: target.formats,
                isStereo: settings.recording.channels == .stereo, begin: now,
                unixOriginNanoseconds: wallClockOriginMicroseconds &* 1_000,
                metadata: recordingMetadata(of: record))
            do throws(SystemError) {
                return try recorder.begin(plan, lines: lines)
            } catch {
                guard error.isAlreadyThere, attempt < 9, !target.isNameFixed else {
                    throw NGError(.recording, detail: RecordingTarget.advice(error))
                }
            }
        }
        return []
    }

    private func resume(
        _ record: SessionRecord, _ recording: SessionRecording, adding parties: Set<PartyID>?,
        at now: Instant
    ) {
        if recording.isPaused {
            record.recording?.isPaused = false
            recorder?.resume(recording.number, at: now)
        }
        if let copies = record.copies {
            record.copies?.recorded = copies.recorded.adding(parties)
        }
        copy(of: record, at: now)
    }

    private func pauseRecording(of record: SessionRecord, at now: Instant) {
        guard let recording = record.recording, !recording.isPaused else { return }
        record.recording?.isPaused = true
        recorder?.pause(recording.number, at: now)
    }
}
