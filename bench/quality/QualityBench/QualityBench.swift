import BatonTranscode
import Foundation

/// Sends audio through transcoders, for `bench/quality/measure`, and measures what they cost.
///
///     QualityBench convert IN.s16 OUT.s16 rate=8000 chain=pcmu,opus,pcmu [loss=5] [seed=1] …
///     QualityBench cost [seconds=20] [IN.s16]
@main
struct QualityBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        var options: [String: String] = [:]
        var files: [String] = []
        for argument in arguments.dropFirst() {
            let pair = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { options[pair[0]] = pair[1] } else { files.append(argument) }
        }
        switch arguments.first {
        case "convert" where files.count == 2:
            let samples = try readSamples(files[0])
            let conversion = try Conversion(options)
            try write(try conversion.run(samples), to: files[1])
        case "cost": try Cost(seconds: Int(options["seconds"] ?? "") ?? 20, files.first).run()
        default:
            print(
                "usage: QualityBench convert IN.s16 OUT.s16 OPTIONS | cost [seconds=N] [IN.s16]")
            exit(2)
        }
    }
}

/// Little-endian samples of 16 bits, mono.
func readSamples(_ path: String) throws -> [Int16] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    return stride(from: 0, to: bytes.count - 1, by: 2).map {
        Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
}

/// The mirror image of `readSamples`.
func write(_ samples: [Int16], to path: String) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * samples.count)
    for sample in samples {
        bytes.append(UInt8(truncatingIfNeeded: sample))
        bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// The format of a name in `chain`, with the bench's parameters of Opus.
func format(_ name: String, _ opus: OpusParameters, packetMilliseconds: Int = 20) -> AudioFormat? {
    let time = Duration.milliseconds(packetMilliseconds)
    return switch name {
    case "pcmu": AudioFormat(.pcmu, payloadType: 0, packetTime: time)
    case "pcma": AudioFormat(.pcma, payloadType: 8, packetTime: time)
    case "g722": AudioFormat(.g722, payloadType: 9, packetTime: time)
    case "opus": AudioFormat(.opus, payloadType: 96, packetTime: time, opus: opus)
    case "l16-8": AudioFormat(.l16(sampleRateHz: 8_000, channels: 1), payloadType: 97)
    case "l16-16": AudioFormat(.l16(sampleRateHz: 16_000, channels: 1), payloadType: 98)
    default: nil
    }
}
