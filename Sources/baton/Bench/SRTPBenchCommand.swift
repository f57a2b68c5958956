import ArgumentParser
import BatonBench

/// `baton bench srtp`.
struct SRTPBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "srtp",
        abstract: "Bridge SRTP and plain RTP through a number of calls; loss, latency, CPU.",
        discussion: """
            One party of each call has SRTP with keys in its SDP (SDES), the other plain RTP. The \
            generator protects what the first sends, unprotects what it receives, and checks \
            every packet: authentic, right call, right direction, right bytes. Latency includes \
            the generator's own protecting, a few microseconds.

            Examples:
              baton bench srtp --target 127.0.0.1:2223 --pid 4711 --calls 200
              baton bench srtp --direction encrypt --suite AEAD_AES_128_GCM
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "Calls.")
    var calls = 100
    @Option(help: "The suite of the secured side, such as AEAD_AES_128_GCM.")
    var suite = "AES_CM_128_HMAC_SHA1_80"
    @Option(help: "The relay's work: encrypt, decrypt (one party sends), both (each sends).")
    var direction = "both"
    @Option(help: "Packets a second of each stream.")
    var rate = 50
    @Option(help: "RTP payload of each packet in bytes.")
    var payload = 160
    @Option(help: "Seconds to measure.")
    var duration = 10.0
    @Option(help: "Seconds to send before anything counts.")
    var warmUp = 1.0
    @Option(help: "Microseconds of the generator's shortest sleep.")
    var tick = 100

    func run() throws {
        var relay = RelayBenchOptions(target: try common.targetAddress())
        relay.calls = calls
        relay.packetsPerSecond = rate
        relay.payloadBytes = payload
        relay.duration = .seconds(duration)
        relay.warmUp = .seconds(warmUp)
        relay.tick = .microseconds(tick)
        try common.apply(to: &relay)
        var options = SRTPBenchOptions(relay: relay)
        options.suite = suite
        guard let work = SRTPBenchOptions.Direction(rawValue: direction) else {
            throw ValidationError("--direction \(direction): encrypt, decrypt or both")
        }
        options.direction = work
        try common.finish { [options] stop, progress throws(BenchError) in
            try SRTPBench.run(options, stop: stop, progress: progress)
        }
    }
}
