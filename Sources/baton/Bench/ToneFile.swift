import ArgumentParser
import BatonBench
import Foundation

/// A file with ten seconds of ``PlayBench/toneHz``, for the relay to play.
struct ToneFile {
    /// The file, which the relay must be able to read.
    let path: String

    /// Writes the file.
    init() throws {
        let name = "baton-bench-\(ProcessInfo.processInfo.processIdentifier).wav"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        let bytes = SoundFile.write(
            PlayBench.toneSamples(seconds: 10), rateHz: PlayBench.toneRateHz)
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw ValidationError("\(path) cannot be written; give a file of your own")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
