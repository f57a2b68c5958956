import ArgumentParser
import BatonBench

/// `baton bench transcode`.
struct TranscodeBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcode",
        abstract: "Send speech in one codec, listen to it in another; CPU for each packet.",
        discussion: """
            The caller of each call sends speech with a pilot tone, the callee receives it in \
            the other codec. The call is offered with codec: mask=all, transcode=CODEC. After \
            the run the generator decodes what came and looks for each stream's own tone. \
            Sequence numbers, timestamps and payload types are checked on arrival.

            Examples:
              baton bench transcode --target 127.0.0.1:2223 --pid 4711 --from PCMU --to opus
              baton bench transcode --from opus --to PCMU --bitrate 24000 --complexity 10
            """)

    @OptionGroup var common: BenchCommonOptions
    @OptionGroup var sound: SoundOptions
    @Option(help: "Calls.")
    var calls = 50
    @Option(help: "What the caller sends: PCMU, PCMA, opus.")
    var from = "PCMU"
    @Option(help: "What the callee receives: PCMU, PCMA, opus.")
    var to = "opus"
    @Option(help: "How the relay is asked for Opus (default opus/48000/2/BITRATE).")
    var transcode: String?
    @Option(help: "Format parameters of Opus in the SDP, such as maxplaybackrate=8000.")
    var opusParameters: String?
    @Option(help: "Seconds to measure.")
    var duration = 10.0
    @Option(help: "Seconds to send before anything counts.")
    var warmUp = 1.0
    @Option(help: "Microseconds of the generator's shortest sleep.")
    var tick = 1_000

    func run() throws {
        var relay = RelayBenchOptions(target: try common.targetAddress())
        relay.calls = calls
        relay.duration = .seconds(duration)
        relay.warmUp = .seconds(warmUp)
        relay.tick = .microseconds(tick)
        try common.apply(to: &relay)
        var options = TranscodeBenchOptions(relay: relay)
        options.from = try SoundOptions.codec(from, option: "--from")
        options.to = try SoundOptions.codec(to, option: "--to")
        options.transcode = transcode
        options.opusParameters = opusParameters
        options.encoding = sound.encoding
        (options.audio, options.audioRateHz) = try sound.samples()
        try common.finish { [options] stop, progress throws(BenchError) in
            try TranscodeBench.run(options, stop: stop, progress: progress)
        }
    }
}

/// `baton bench opus`.
struct OpusBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "opus",
        abstract: "What bare libopus costs here, for the sound of `baton bench transcode`.",
        discussion: """
            No relay and no network: CPU time of one thread for each packet of 20 ms, encoded \
            and decoded.

            Example:
              baton bench opus --bitrate 24000 --complexity 10 --sample-rate 8000
            """)

    @OptionGroup var sound: SoundOptions
    @Option(help: "Packets of 20 ms.")
    var packets = 5_000
    @Option(help: "Streams that take turns (1).")
    var streams = 1
    @Flag(
        name: .customLong("real-time"),
        help: "50 packets a second of each stream, as a relay has them, instead of a tight loop.")
    var isRealTime = false
    @Flag(help: "Print the figures as JSON.")
    var json = false

    func run() throws {
        let (audio, rate) = try sound.samples()
        guard audio.isEmpty || rate == sound.sampleRate else {
            throw ValidationError(
                "--audio: the file has \(rate) samples a second, --sample-rate says "
                    + "\(sound.sampleRate)")
        }
        var pacing = OpusBench.Pacing()
        pacing.streams = streams
        pacing.isRealTime = isRealTime
        let report = try OpusBench.run(
            sound.encoding, packets: packets, pacing: pacing, audio: audio)
        print(json ? report.json : report.text, terminator: "")
    }
}
