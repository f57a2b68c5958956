internal import BatonAudio
internal import BatonBase
internal import BatonMediaFile

/// WAV files of the benches.
public enum SoundFile {
    /// The samples of a WAV file, its channels averaged, and how many a second there are.
    ///
    /// - Throws: `BenchError.usage` when it is no WAV file that can be read.
    public static func read(_ bytes: [UInt8]) throws(BenchError) -> ([Int16], Int) {
        do throws(MediaFileError) {
            let file = try WAVReader(bytes.span.bytes)
            let law = G711Codec(file.format.encoding == .aLaw ? .a : .mu)
            var samples: [Int16] = []
            try file.appendMono(
                frames: 0..<file.frameCount, of: bytes.span.bytes,
                companding: (0...255).map { law.decode(UInt8($0)) }, to: &samples)
            return (samples, file.format.sampleRateHz)
        } catch {
            throw .usage("\(error)")
        }
    }

    /// A WAV file of `samples`.
    public static func write(_ samples: [Int16], rateHz: Int) -> [UInt8] {
        var writer = WAVWriter(sampleRateHz: rateHz, channelCount: 1)
        var sound: [UInt8] = []
        writer.append(samples.span, to: &sound)
        // The header says how much there is.
        var bytes: [UInt8] = []
        writer.appendHeader(to: &bytes)
        return bytes + sound
    }
}
