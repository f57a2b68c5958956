public import BatonBase
public import BatonRTP

/// Decodes, resamples and encodes one direction of one audio stream. Sans-IO.
///
/// It has no playout clock: a packet in order is converted at once. Only behind a missing packet do
/// others wait, for as long as the source's reordering calls for, then the gap is made up. Outgoing
/// timestamps follow the incoming ones, so that the receiver's jitter buffer sees the true timing.
///
/// Belongs to one thread at a time. It allocates when it is made, when the first packet has to
/// wait, and when the source changes to another codec; never for a packet. See
/// docs/transcoding.md.
public struct AudioTranscoder: ~Copyable, Sendable {
    /// The numbers in force.
    public let settings: TranscoderSettings
    /// What comes in.
    public let input: PayloadTypeMap
    /// What goes out.
    public let output: TranscodedFormats
    /// What was seen and done.
    public internal(set) var counters = TranscoderCounters()
    /// The level of the audio when it was last measured, in dBov: 0 down to -127, which is silence.
    public internal(set) var levelDBov: Int?

    var path: AudioPath
    /// The index in ``input`` of what the path decodes.
    var activeFormat: Int
    let identity: TranscodedIdentity
    /// The next packet's.
    var sequenceNumber: UInt16

    /// `nil` until the first packet.
    var order: SequenceOrder?
    var source = SourceChange()
    var reorder: ReorderBuffer
    var wait: ReorderWait
    /// When the gap that was given up last was seen.
    var gapSeenAt: Instant?
    var timeline = OutgoingTimeline()
    var event = OutgoingEvent()
    /// The key that is heard instead of the source's audio, and the timestamp of the last one.
    var tone: PlayedTone?
    var endedTone: UInt32?
    /// Where tones become events.
    var found: FoundTones?
    /// Digital silence in a row that was encoded, in packets.
    var silentRun = 0
    /// The effort of Opus outside such a run.
    var complexityLimit = 10
    var untilLevel = 0

    /// The source in force, and the one before.
    struct SourceChange: Hashable, Sendable {
        var ssrc: UInt32 = 0
        var previous: UInt32?
        var changedAt = Instant(nanoseconds: 0)
    }

    /// A transcoder.
    /// - Parameters:
    ///   - input: What may come, by payload type; the first audio format is expected.
    ///   - output: What is sent.
    ///   - identity: How it is numbered.
    /// - Throws: ``TranscoderError``.
    public init(
        input: [AudioFormat], output: TranscodedFormats, identity: TranscodedIdentity,
        settings: TranscoderSettings = TranscoderSettings()
    ) throws(TranscoderError) {
        guard output.audio.codec.isAudio else { throw .outputIsNotAudio }
        guard let first = input.firstIndex(where: \.codec.isAudio) else {
            throw .inputHasNoAudio
        }
        // Opus sends mono unless it says otherwise, RFC 7587 §6.1.
        let isStereo = input.contains { format in
            format.codec == .opus ? format.opus.sendsStereo : format.codec.channels == 2
        }
        path = try AudioPath(
            from: input[first], to: output.audio, channels: isStereo ? 2 : 1,
            settings: settings)
        self.settings = settings
        self.input = PayloadTypeMap(input)
        self.output = output
        self.identity = identity
        sequenceNumber = identity.sequenceNumber
        activeFormat = first
        reorder = ReorderBuffer(
            capacity: settings.reorderPackets, payloadBytesMax: settings.payloadBytesMax)
        wait = ReorderWait(start: settings.reorderWaitStart, maximum: settings.reorderWaitMax)
        listenForTones()
    }

    /// The codec of the audio that comes in.
    public var inputCodec: AudioCodec { input.formats[activeFormat].codec }

    /// The SSRC of what goes out; `nil` when it is the source's and there is none yet.
    public var outgoingSSRC: UInt32? {
        identity.ssrc ?? (order == nil ? nil : source.ssrc)
    }

    /// When ``tick(at:into:)`` is to be called; `nil` when only a packet brings news.
    public var nextDeadline: Instant? {
        var deadline = path.queue.count > 0 ? timeline.flushAt : nil
        func add(_ other: Instant) { deadline = min(deadline ?? other, other) }
        if let oldest = reorder.oldestArrival {
            add(oldest + .nanoseconds(Int64(clamping: wait.nanoseconds)))
        }
        if let tone {
            add(tone.deadline(for: path.encoder.packetSamples / path.encoder.channels))
        }
        if let key = found?.key { add(key.heardAt + FoundTones.silence) }
        return deadline
    }

    /// Takes a packet, and sends what becomes of it and of those that waited for it.
    ///
    /// - Parameter payload: What lies behind the header, without padding and authentication.
    public mutating func receive<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, payload: RawSpan, at now: Instant, into output: inout Output
    ) {
        counters.packetsIn &+= 1
        guard payload.byteCount <= settings.payloadBytesMax else {
            counters.malformed &+= 1
            return
        }
        guard isOfSource(header, at: now, into: &output), order != nil else { return }
        switch order?.place(of: header.sequenceNumber) {
        case .next:
            if let oldest = reorder.oldestArrival {
                counters.reordered &+= 1
                wait.cameAfter(now.nanosecondsSince(oldest))
            }
            play(header, payload, at: now, into: &output)
            drain(at: now, into: &output)
        case .ahead(let distance):
            hold(header, payload, ahead: distance, at: now, into: &output)
        case .late:
            counters.late &+= 1
            if let gapSeenAt { wait.cameAfter(now.nanosecondsSince(gapSeenAt)) }
        case .duplicate: counters.duplicates &+= 1
        case .stray: counters.strays &+= 1
        case .restart:
            release(at: now, into: &output)
            restartSequence(header, into: &output)
            play(header, payload, at: now, into: &output)
        case nil: break
        }
    }

    /// Does what is due at ``nextDeadline``.
    public mutating func tick<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        drain(at: now, into: &output)
        makeTone(at: now, into: &output)
        endSilentKey(at: now, into: &output)
        if path.queue.count > 0, let flushAt = timeline.flushAt, flushAt <= now {
            flush(into: &output)
        }
    }

    /// Sends everything that waits, as when the stream is taken away.
    public mutating func finish<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        release(at: now, into: &output)
        finishTone(at: now, into: &output)
        flush(into: &output)
    }

    /// Limits the effort of Opus, 0…10, from the next packet on, as when the machine is busy; with
    /// 10 it is that of the settings. The change is not heard.
    public mutating func setComplexityLimit(_ limit: Int) {
        complexityLimit = limit
        silentRun = 0
        path.encoder.setComplexityLimit(limit)
    }

    /// Changes the loss in percent that Opus reckons with: what the receiver's reports say. Above 0
    /// packets are repeated, if the receiver can use that.
    public mutating func setExpectedLoss(percent: Int) {
        path.encoder.setExpectedLoss(percent: percent)
    }
}
