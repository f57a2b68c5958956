import BatonBase
import BatonMediaFile
import BatonOpus

/// Audio as a file: whole frames of 20 ms in, bytes into the file's buffer.
protocol AudioOutput: AnyObject {
    /// The file.
    var file: RecordingFile { get }
    /// Adds samples, one array a channel, all of the same length: a multiple of 20 ms.
    func append(_ channels: [[Int16]])
    /// Brings what stands at the file's beginning up to date.
    func refresh()
    /// Adds what ends the file.
    func finish()
}

/// Linear samples.
final class WAVOutput: AudioOutput {
    let file: RecordingFile
    private var writer: WAVWriter

    init(_ file: RecordingFile, sampleRateHz: Int, channelCount: Int) {
        self.file = file
        writer = WAVWriter(sampleRateHz: sampleRateHz, channelCount: channelCount)
        writer.appendHeader(to: &file.buffer)
    }

    func append(_ channels: [[Int16]]) {
        let left = channels[0]
        if channels.count == 2 {
            let right = channels[1]
            writer.append(left: left.span, right: right.span, to: &file.buffer)
        } else {
            writer.append(left.span, to: &file.buffer)
        }
    }

    func refresh() {
        var header: [UInt8] = []
        writer.appendHeader(to: &header)
        file.rewriteStart(header)
    }

    func finish() {
        file.flush(always: true)
        refresh()
    }
}

/// Opus.
final class OggOutput: AudioOutput {
    let file: RecordingFile
    private var writer: OggOpusWriter
    private var encoder: OpusEncoder
    private let frameCount: Int
    private var interleaved: [Int16] = []
    private var packet = [UInt8](repeating: 0, count: OpusEncoder.frameBytesMax + 1)
    /// What the encoder was given and what came out, less the look-ahead.
    private let lookaheadAt48kHz: Int

    static let bitrateOfChannel = 24_000

    /// `nil` when libopus refuses.
    init?(_ file: RecordingFile, sampleRateHz: Int, channelCount: Int, serialNumber: UInt32) {
        let channels: OpusChannels = channelCount == 2 ? .stereo : .mono
        let rate = OpusSampleRate(atLeast: sampleRateHz)
        var settings = OpusEncoderSettings(sampleRate: rate, channels: channels)
        settings.bitrateBitsPerSecond = Self.bitrateOfChannel * channelCount
        guard var encoder = try? OpusEncoder(settings) else { return nil }
        lookaheadAt48kHz = encoder.lookahead() * 48_000 / rate.hertz
        let head = OpusHead(
            channelCount: channelCount, preSkip: lookaheadAt48kHz,
            inputSampleRateHz: UInt32(clamping: sampleRateHz))
        guard
            let writer = try? OggOpusWriter(head, serialNumber: serialNumber, to: &file.buffer)
        else { return nil }
        self.file = file
        self.writer = writer
        self.encoder = encoder
        frameCount = sampleRateHz / 50
    }

    func append(_ channels: [[Int16]]) {
        var start = 0
        while start + frameCount <= channels[0].count {
            encode(channels, start)
            start += frameCount
        }
    }

    func refresh() {}

    func finish() {
        // The last of the sound is still in the encoder.
        let silence = [[Int16]](
            repeating: Array(repeating: 0, count: frameCount),
            count: encoder.settings.channels.count)
        encode(silence, 0)
        try? writer.finish(endTrim: max(0, 960 - lookaheadAt48kHz), to: &file.buffer)
        file.flush(always: true)
    }

    private func encode(_ channels: [[Int16]], _ start: Int) {
        interleaved.removeAll(keepingCapacity: true)
        for index in start..<start + frameCount {
            for channel in channels { interleaved.append(channel[index]) }
        }
        let count = Self.encode(interleaved, by: &encoder, into: &packet)
        guard count > 0 else { return }
        let bytes = packet
        try? writer.append(bytes.span.bytes.extracting(0..<count), to: &file.buffer)
    }

    private static func encode(
        _ samples: [Int16], by encoder: inout OpusEncoder, into packet: inout [UInt8]
    ) -> Int {
        var span = packet.mutableSpan
        var bytes = span.mutableBytes
        return (try? encoder.encode(samples.span, into: &bytes)) ?? 0
    }
}
