import ArgumentParser
import BatonBench
import Foundation

/// What the benches with Opus take.
struct SoundOptions: ParsableArguments {
    @Option(help: "Bits a second of Opus: the generator's, and what the relay is asked for.")
    var bitrate = 24_000
    @Option(help: "The complexity of the generator's own Opus, 0 to 10.")
    var complexity = 10
    @Option(help: "Samples a second that go into the generator's own Opus.")
    var sampleRate = 8_000
    @Option(help: "A WAV file with the speech to be sent (default: a synthetic voice).")
    var audio: String?

    var encoding: SoundEncoding {
        var encoding = SoundEncoding()
        encoding.bitrate = bitrate
        encoding.complexity = complexity
        encoding.sampleRateHz = sampleRate
        return encoding
    }

    /// The samples of the file and their rate; none without a file.
    func samples() throws -> ([Int16], Int) {
        guard let audio else { return ([], 8_000) }
        guard let bytes = FileManager.default.contents(atPath: audio) else {
            throw ValidationError("--audio \(audio): cannot be read")
        }
        do throws(BenchError) {
            return try SoundFile.read(Array(bytes))
        } catch {
            throw ValidationError("--audio \(audio): \(error)")
        }
    }

    static func codec(_ name: String, option: String) throws -> SoundCodec {
        guard let codec = SoundCodec(name: name) else {
            let known = SoundCodec.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(option) \(name): one of \(known)")
        }
        return codec
    }
}
