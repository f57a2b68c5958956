import BatonAudio
import BatonBase
import BatonMedia
import BatonTranscode

extension EncodedTrack {
    /// The most bytes of a packet's payload.
    private static let payloadBytesMax = 1_400

    /// Encodes `audio` as `format` says, in packets of 20 ms; the last is filled up with silence.
    static func encode(
        _ audio: DecodedAudio, as format: AudioFormat
    ) throws(MediaFailure) -> EncodedTrack {
        guard
            var encoder = try? AudioEncoder(
                format, sourceRateHz: audio.sampleRateHz, channels: 1,
                settings: TranscoderSettings())
        else { throw MediaFailure("\(format.codec.encodingName) cannot be encoded") }
        let samples = try resampled(audio, to: encoder.sampleRateHz)
        let frame = encoder.sampleRateHz / 50
        var payload: [UInt8] = []
        var ends: [UInt32] = []
        var room = [UInt8](repeating: 0, count: payloadBytesMax)
        var start = 0
        while start < samples.count {
            let length = encode(samples, start, frame, with: &encoder, into: &room)
            payload.append(contentsOf: room[..<length])
            ends.append(UInt32(clamping: payload.count))
            start += frame
        }
        return EncodedTrack(
            clockRateHz: format.codec.clockRateHz, payload: payload, packetEnds: ends)
    }

    private static func encode(
        _ samples: [Int16], _ start: Int, _ frame: Int, with encoder: inout AudioEncoder,
        into room: inout [UInt8]
    ) -> Int {
        var span = room.mutableSpan
        var bytes = span.mutableBytes
        if start + frame <= samples.count {
            let whole = samples.span.extracting(start..<start + frame)
            return encoder.encode(whole, into: &bytes) ?? 0
        }
        var last = Array(samples[start...])
        last.append(contentsOf: repeatElement(0, count: frame - last.count))
        return encoder.encode(last.span, into: &bytes) ?? 0
    }

    /// The samples at another rate, the filter's delay taken out.
    private static func resampled(
        _ audio: DecodedAudio, to rateHz: Int
    ) throws(MediaFailure) -> [Int16] {
        if audio.sampleRateHz == rateHz { return audio.samples }
        guard
            var resampler = try? AudioResampler(
                inputRateHz: audio.sampleRateHz, outputRateHz: rateHz)
        else { throw MediaFailure("\(audio.sampleRateHz) Hz cannot be resampled") }
        let tail = [Int16](repeating: 0, count: resampler.delaySamples)
        let input = audio.samples + tail
        var output = [Int16](repeating: 0, count: resampler.outputCapacity(for: input.count))
        let written = resample(input, with: &resampler, into: &output)
        let delay = min(resampler.delaySamples * rateHz / audio.sampleRateHz, written)
        let wanted = (audio.samples.count * rateHz + audio.sampleRateHz - 1) / audio.sampleRateHz
        return Array(output[delay..<min(written, delay + wanted)])
    }

    private static func resample(
        _ input: [Int16], with resampler: inout AudioResampler, into output: inout [Int16]
    ) -> Int {
        var room = output.mutableSpan
        return resampler.resample(input.span, into: &room)
    }
}
