import BatonBase
import BatonMedia
import BatonNG
import BatonTranscode

// `play DTMF` (N10): as if the party had pressed a key.
extension SignallingCore {
    /// Sends a digit to whoever hears the parties at these indices.
    func playDTMF(
        _ request: NGRequest, from parties: [Int], of record: SessionRecord, at now: Instant
    ) throws(NGError) -> NGReply {
        guard let digit = request.dtmf.digit else {
            throw NGError(.dtmfCode, detail: "code is 0 to 15, or one of 0123456789*#ABCD")
        }
        let tone = MediaSource.DigitTone(
            code: digit.eventCode,
            durationMs: min(max(request.dtmf.durationMs ?? 250, 100), 5_000),
            pauseMs: min(max(request.dtmf.pauseMs ?? 100, 100), 5_000),
            volume: UInt8(clamping: min((request.dtmf.volumeDB ?? -8).magnitude, 63)))
        var isSent = false
        for index in parties {
            guard let listener = record.session.listener(ofPartyAt: index),
                let target = record.session.playbackTarget(ofPartyAt: listener)
            else { continue }
            if try send(tone, to: target, of: record) { isSent = true }
        }
        guard isSent else {
            throw NGError(
                .dtmfUnsupported, detail: "nobody hears the party in a codec that baton can make")
        }
        return .ok(warning: request.warning)
    }

    /// As an event where the receiver takes them, otherwise as tones in its audio.
    private func send(
        _ tone: MediaSource.DigitTone, to target: PlaybackTarget, of record: SessionRecord
    ) throws(NGError) -> Bool {
        let clock = target.formats.first?.codec.clockRateHz
        let format =
            target.telephoneEvents.first { $0.codec.clockRateHz == clock }
            ?? target.telephoneEvents.first
        if let format {
            var event = PortDTMF(
                code: tone.code, payloadType: format.payloadType,
                clockRateHz: UInt32(clamping: format.codec.clockRateHz))
            event.durationMs = tone.durationMs
            event.pauseMs = tone.pauseMs
            event.volume = tone.volume
            plane.submit([.playDTMF(target.port, event)], worker: record.worker)
            return true
        }
        guard let format = target.formats.first else { return false }
        do throws(MediaFailure) {
            sendTones(try library.track(.digit(tone)), format, target.port, of: record)
            return true
        } catch {
            throw NGError(.dtmfUnsupported, detail: error.reason)
        }
    }

    private func sendTones(
        _ track: MediaTrack, _ format: AudioFormat, _ port: PortSlot, of record: SessionRecord
    ) {
        nextPlayback &+= 1
        let number = nextPlayback
        library.encode(track, as: format) { [weak self, weak record] result in
            guard let self, let record, record.session.hasRTPPort(port), !record.isLingering,
                case .success(let packets) = result
            else { return }
            var command = PortPlayback(
                number: number, track: packets, payloadType: format.payloadType)
            command.isQueued = true
            plane.submit([.play(port, command)], worker: record.worker)
        }
    }
}
