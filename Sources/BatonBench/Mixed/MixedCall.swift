internal import BatonBase
internal import BatonIO

/// A call of ``MixedBench`` that is up.
final class MixedCall {
    /// How far a call is.
    enum Phase: Hashable {
        /// DTLS is at work; nothing is sent yet.
        case handshaking
        /// Both parties send.
        case talking
        /// Nothing is sent any more; what is on its way is waited for.
        case draining
        /// It has failed, and is to be ended.
        case failed
    }

    let draw: MixedCallDraw
    /// The number of its sockets.
    let place: Int
    /// The call as ng knows it.
    var call: BenchCall
    var phase = Phase.talking
    /// When it stops sending.
    var endsAt = Instant(nanoseconds: 0)
    /// When its first packets are due.
    var firstDue = Instant(nanoseconds: 0)
    /// How many packets each party has sent.
    var rounds: UInt64 = 0
    /// The sequence number of the first packet.
    let firstSequence: UInt32
    /// What goes from the caller to the callee, and the other way round.
    var streams: [MixedStream] = []
    /// The keys of the caller and of the callee, where they have any.
    var protections: [PartyProtection?] = [nil, nil]
    var handshake: Handshake?
    /// What the sockets of caller and callee had lost before the call.
    var dropsBefore: [UInt32] = [0, 0]
    /// When the relay began to play, and when it was told to stop.
    var playing: (from: Instant, to: Instant)?
    /// What has not come, by where it was lost; known when the call has ended.
    var losses = MixedLosses()
    /// When something came last.
    var lastArrival = Instant(nanoseconds: 0)
    /// Whether the relay has done all that it was asked.
    var isGranted = false

    init(_ draw: MixedCallDraw, place: Int, call: BenchCall, firstSequence: UInt32) {
        self.draw = draw
        self.place = place
        self.call = call
        self.firstSequence = firstSequence
    }

    /// The call's number in the run.
    var number: Int { call.number }

    /// Whether the party that sends in `direction` does so.
    func sends(_ direction: MediaDirection) -> Bool {
        !streams[Int(direction.rawValue)].isPlayed
    }

    /// When the next packets are due.
    var nextDue: Instant { firstDue + .milliseconds(20) * Int(clamping: rounds) }

    /// Makes the streams as they are to be heard, when both parties know their payload types.
    func prepareStreams(musicToneHz: Double?) {
        switch draw.kind {
        case .music:
            let heard = MixedStream.Hearing(
                codec: .pcmu, payloadType: SoundCodec.pcmu.payloadType, toneHz: musicToneHz)
            streams = [MixedStream(heard, isPlayed: true), MixedStream(nil)]
        case .transcoded:
            let (caller, callee) = draw.codecs
            let tone = SpeechSource.pilot(of: number)
            streams = [
                MixedStream(hearing(callee, call.agreement.callee, tone)),
                MixedStream(hearing(caller, call.agreement.caller, tone)),
            ]
        case .plain, .secured, .securedBoth, .dtls, .recorded:
            streams = [MixedStream(nil), MixedStream(nil)]
        }
    }

    private func hearing(
        _ codec: SoundCodec, _ side: CallAgreement.Side, _ toneHz: Double
    ) -> MixedStream.Hearing {
        MixedStream.Hearing(
            codec: codec, payloadType: side.payloadType ?? codec.payloadType, toneHz: toneHz)
    }

    /// The codec and payload type of what is sent in `direction` where the relay converts it.
    func sending(_ direction: MediaDirection) -> (codec: SoundCodec, payloadType: UInt8)? {
        guard draw.kind == .transcoded else { return nil }
        let isCallers = direction == .callerToCallee
        let codec = isCallers ? draw.codecs.caller : draw.codecs.callee
        let side = isCallers ? call.agreement.caller : call.agreement.callee
        return (codec, side.payloadType ?? codec.payloadType)
    }
}

// MARK: Commands

extension MixedCall {
    /// The command that follows the answer, where the kind has one.
    func beginning(run: String, music: String) -> ControlValue? {
        switch draw.kind {
        case .recorded:
            return command(
                "start recording", run: run,
                .init(key: "recording-file", value: .text(recordingName(run: run))))
        case .music:
            return command(
                "play media", run: run, .init(key: "file", value: .text(music)),
                .init(key: "repeat-times", value: .integer(10_000)),
                .init(key: "from-tag", value: .text("callee-\(number)")))
        case .plain, .secured, .securedBoth, .dtls, .transcoded: return nil
        }
    }

    /// The command before the call's end, where it has one.
    func ending(run: String) -> ControlValue? {
        guard draw.isStoppedFirst else { return nil }
        switch draw.kind {
        case .recorded: return command("stop recording", run: run)
        case .music:
            return command(
                "stop media", run: run,
                .init(key: "from-tag", value: .text("callee-\(number)")))
        case .plain, .secured, .securedBoth, .dtls, .transcoded: return nil
        }
    }

    private func recordingName(run: String) -> String {
        "\(run)-\(number).\(draw.isPCAP ? "pcap" : "wav")"
    }

    private func command(
        _ name: String, run: String, _ entries: ControlValue.Entry...
    ) -> ControlValue {
        let identifier = ControlValue.Entry(
            key: "call-id", value: .text(call.identifier(run: run)))
        return .dictionary(entries + [identifier, .init(key: "command", value: .text(name))])
    }
}
