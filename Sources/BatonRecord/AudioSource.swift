import BatonAudio
import BatonBase
import BatonRTP
import BatonTranscode

/// The audio of one line: packets in, samples at their places in the call's audio out.
///
/// Packets are put in order of their sequence numbers; one that is missing is waited for 200 ms.
/// Their timestamps say where they lie. A place that has moved away from the time of arrival is put
/// right when a new spurt of talk begins, or at once when it is 200 ms off: clocks drift, and
/// senders jump.
final class AudioSource {
    /// Samples a second of what it gives.
    let sampleRateHz: Int
    private var line: RecordedLine
    private var codecs: [UInt8: AudioCodec]

    private var ssrc: UInt32?
    private var expected: UInt16 = 0
    private var waiting: [Waiting] = []
    private var payloadType: UInt8?
    private var decoder: AudioDecoder?
    private var resampler: AudioResampler?
    private var decoded: [Int16] = []
    private var resampled: [Int16] = []
    /// The timestamp and the place that follow what was heard last.
    private var next: (timestamp: UInt32, position: Int)?
    /// The place behind everything that was given away.
    private var end = 0

    /// A packet that came too early.
    private struct Waiting {
        var header: RTPHeader
        var payload: [UInt8]
        var arrival: Instant
        var position: Int
    }

    static let waitMax: Duration = .milliseconds(200)
    private static let waitingMax = 32

    init(_ line: RecordedLine, sampleRateHz: Int) {
        self.sampleRateHz = sampleRateHz
        self.line = line
        codecs = line.codecs
    }

    /// What the payload types stand for from now on.
    func update(_ line: RecordedLine) {
        self.line = line
        guard codecs != line.codecs else { return }
        codecs = line.codecs
        payloadType = nil
    }

    /// Takes a packet that arrived when the call's audio was at `position`.
    func receive(
        _ packet: RawSpan, at arrival: Instant, position: Int, into sinks: [any DecodedAudioSink]
    ) {
        guard let view = try? RTPPacketView(packet) else { return }
        let header = view.header
        if ssrc != header.ssrc {
            release(all: true, at: arrival, into: sinks)
            ssrc = header.ssrc
            expected = header.sequenceNumber
            next = nil
        }
        let distance = Int(Int16(bitPattern: header.sequenceNumber &- expected))
        if distance < 0, distance > -100 { return }  // Late or a copy.
        if distance > 0, distance < 100, waiting.count < Self.waitingMax {
            keep(
                Waiting(
                    header: header, payload: view.payload.copiedBytes(), arrival: arrival,
                    position: position))
            release(all: false, at: arrival, into: sinks)
            return
        }
        if distance != 0 { release(all: true, at: arrival, into: sinks) }
        play(header, view.payload, at: position, into: sinks)
        release(all: false, at: arrival, into: sinks)
    }

    /// Gives up waiting for what should have come by now.
    func tick(at now: Instant, into sinks: [any DecodedAudioSink]) {
        release(all: false, at: now, into: sinks)
    }

    private func keep(_ packet: Waiting) {
        let distance = { (number: UInt16) in number &- self.expected }
        let own = distance(packet.header.sequenceNumber)
        let place = waiting.firstIndex { distance($0.header.sequenceNumber) >= own }
        if let place, waiting[place].header.sequenceNumber == packet.header.sequenceNumber {
            return
        }
        waiting.insert(packet, at: place ?? waiting.endIndex)
    }

    /// Plays the waiting packets whose turn has come.
    private func release(all: Bool, at now: Instant, into sinks: [any DecodedAudioSink]) {
        while let first = waiting.first {
            let isDue =
                all || first.header.sequenceNumber == expected
                || now >= first.arrival + Self.waitMax
            guard isDue else { return }
            waiting.removeFirst()
            play(first.header, first.payload.span.bytes, at: first.position, into: sinks)
        }
    }

    private func play(
        _ header: RTPHeader, _ payload: RawSpan, at arrival: Int,
        into sinks: [any DecodedAudioSink]
    ) {
        let lost = Int(header.sequenceNumber &- expected)
        expected = header.sequenceNumber &+ 1
        // Events and comfort noise are pauses in the audio.
        guard let codec = codecs[header.payloadType], codec.isAudio else { return }
        if payloadType != header.payloadType { useCodec(codec, header.payloadType) }
        guard let ticks = Self.ticks(of: payload, by: decoder) else { return }
        let position = place(header, codec, arrival)
        if lost > 0, lost < 4, let next, position > next.position {
            conceal(header.timestamp &- next.timestamp, before: payload, into: sinks)
        }
        let count = Self.decode(payload, by: &decoder, into: &decoded)
        let written = put(count, at: position, into: sinks)
        next = (header.timestamp &+ UInt32(truncatingIfNeeded: ticks), position + written)
    }

    /// Where a packet lies.
    private func place(_ header: RTPHeader, _ codec: AudioCodec, _ arrival: Int) -> Int {
        guard let next else { return max(arrival, end) }
        let delta = Int(Int32(bitPattern: header.timestamp &- next.timestamp))
        guard delta != 0 || header.marker || abs(arrival - next.position) > sampleRateHz / 5 else {
            return next.position
        }
        let position = next.position + delta * sampleRateHz / codec.clockRateHz
        let tolerance = header.marker ? sampleRateHz * 60 / 1_000 : sampleRateHz / 5
        let isPlausible = delta >= 0 && abs(arrival - position) <= tolerance
        return isPlausible ? position : max(arrival, end)
    }

    private func useCodec(_ codec: AudioCodec, _ type: UInt8) {
        payloadType = type
        decoder = try? AudioDecoder(codec, sampleRateHz: sampleRateHz, channels: 1)
        let rate = decoder?.sampleRateHz ?? sampleRateHz
        resampler =
            rate == sampleRateHz
            ? nil : try? AudioResampler(inputRateHz: rate, outputRateHz: sampleRateHz)
        let room = decoder?.samplesMax ?? 0
        decoded = Array(repeating: 0, count: room)
        resampled = Array(repeating: 0, count: resampler?.outputCapacity(for: room) ?? 0)
    }

    /// Makes up for a short loss, in front of the packet that follows it.
    private func conceal(
        _ ticks: UInt32, before payload: RawSpan, into sinks: [any DecodedAudioSink]
    ) {
        guard let place = next?.position else { return }
        let count = Self.conceal(Int(ticks), before: payload, by: &decoder, into: &decoded)
        _ = put(count, at: place, into: sinks)
    }

    /// Gives the first `count` decoded samples to the sinks, at their rate; how many they are then.
    private func put(_ count: Int, at position: Int, into sinks: [any DecodedAudioSink]) -> Int {
        guard count > 0 else { return 0 }
        var written = count
        if resampler != nil {
            written = Self.resample(decoded, count, by: &resampler, into: &resampled)
            for sink in sinks {
                sink.add(resampled, count: written, at: position, of: line)
            }
        } else {
            for sink in sinks { sink.add(decoded, count: count, at: position, of: line) }
        }
        end = max(end, position + written)
        return written
    }
}

// Spans of stored properties, each on its own.
extension AudioSource {
    private static func ticks(of payload: RawSpan, by decoder: borrowing AudioDecoder?) -> Int? {
        switch decoder {
        case .some(let decoder): try? decoder.ticks(of: payload)
        case .none: nil
        }
    }

    private static func decode(
        _ payload: RawSpan, by decoder: inout AudioDecoder?, into samples: inout [Int16]
    ) -> Int {
        var span = samples.mutableSpan
        return (try? decoder?.decode(payload, into: &span)) ?? 0
    }

    private static func conceal(
        _ ticks: Int, before payload: RawSpan, by decoder: inout AudioDecoder?,
        into samples: inout [Int16]
    ) -> Int {
        var span = samples.mutableSpan
        return decoder?.conceal(ticks: ticks, before: payload, into: &span) ?? 0
    }

    private static func resample(
        _ samples: [Int16], _ count: Int, by resampler: inout AudioResampler?,
        into output: inout [Int16]
    ) -> Int {
        var span = output.mutableSpan
        return resampler?.resample(samples.span.extracting(..<count), into: &span) ?? 0
    }
}

extension RecordedLine {
    /// The codecs that can be decoded, and what goes with them.
    var codecs: [UInt8: AudioCodec] {
        var codecs: [UInt8: AudioCodec] = [:]
        for format in formats {
            let codec =
                AudioCodec(
                    encodingName: format.encoding, clockRateHz: format.clockRateHz,
                    channels: format.channels)
                ?? (format.encoding.isEmpty
                    ? AudioCodec(staticPayloadType: format.payloadType) : nil)
            if let codec { codecs[format.payloadType] = codec }
        }
        return codecs
    }

    /// Whether the codec that the party likes best has more than telephone quality.
    var prefersWideband: Bool {
        let codecs = codecs
        let first = formats.lazy.compactMap { codecs[$0.payloadType] }.first { $0.isAudio }
        return (first?.sampleRateHz ?? 0) > 8_000
    }
}
