import ArgumentParser
import BatonBench

/// `baton bench play`.
struct PlayBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Have the relay play a file to one party of each call; CPU for each packet.",
        discussion: """
            Without --file the generator writes a WAV file with a tone of 1 kHz, which the relay \
            must be able to read, and looks for that tone in what each listener receives. The \
            listeners' codec is PCMU unless --codec says otherwise.

            Example:
              baton bench play --target 127.0.0.1:2223 --pid 4711 --calls 200
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "Calls, with a listener each.")
    var calls = 100
    @Option(help: "A file that the relay can read (default: a tone that is written for it).")
    var file: String?
    @Option(help: "The listeners' codec: PCMU, PCMA.")
    var codec = "PCMU"
    @Option(help: "Seconds to measure.")
    var duration = 10.0
    @Option(help: "Seconds to listen before anything counts.")
    var warmUp = 1.0

    func run() throws {
        let tone = try file == nil ? ToneFile() : nil
        var relay = RelayBenchOptions(target: try common.targetAddress())
        relay.calls = calls
        relay.duration = .seconds(duration)
        relay.warmUp = .seconds(warmUp)
        relay.tick = .milliseconds(1)
        try common.apply(to: &relay)
        var options = PlayBenchOptions(relay: relay, file: file ?? tone?.path ?? "")
        options.toneHz = file == nil ? PlayBench.toneHz : nil
        options.codec = try SoundOptions.codec(codec, option: "--codec")
        try common.finish { [options] stop, progress throws(BenchError) in
            defer { tone?.remove() }
            return try PlayBench.run(options, stop: stop, progress: progress)
        }
    }
}
