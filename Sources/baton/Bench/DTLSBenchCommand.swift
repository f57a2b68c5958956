import ArgumentParser
import BatonBench

/// `baton bench dtls`.
struct DTLSBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dtls",
        abstract: "DTLS-SRTP handshakes with a relay: how many a second, CPU for each.",
        discussion: """
            One party of each call offers DTLS-SRTP without ICE, the other answers plain RTP. \
            When all calls are up, the generator does the handshakes as the client \
            (a=setup:active), a number at a time; then media goes through each call under the \
            keys that were agreed. With --relay-begins the relay is the client, begins as soon \
            as it has the answer, and its CPU cannot be told from that of the call set-up.

            Example:
              baton bench dtls --target 127.0.0.1:2223 --pid 4711 --calls 500
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "Calls, with a handshake each.")
    var calls = 200
    @Option(help: "Handshakes that run at the same time.")
    var parallel = 16
    @Option(help: "Seconds after which a handshake is given up.")
    var patience = 10.0
    @Option(help: "Seconds of media under the agreed keys; 0 for none.")
    var media = 0.5
    @Flag(help: "The relay is the client of the handshakes.")
    var relayBegins = false

    func run() throws {
        var relay = RelayBenchOptions(target: try common.targetAddress())
        relay.calls = calls
        relay.duration = .seconds(max(0.1, media))
        relay.warmUp = .milliseconds(100)
        try common.apply(to: &relay)
        var options = DTLSBenchOptions(relay: relay)
        options.parallel = parallel
        options.patience = .seconds(patience)
        options.isMediaChecked = media > 0
        options.relayBegins = relayBegins
        try common.finish { [options] stop, progress throws(BenchError) in
            try DTLSBench.run(options, stop: stop, progress: progress)
        }
    }
}
