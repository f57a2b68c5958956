import ArgumentParser

/// `baton bench …`: load generators for any relay that speaks ng.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Load a media relay over the ng protocol and measure it.",
        discussion: """
            The target may be any relay that speaks ng over UDP: baton, rtpengine, bench/floor. \
            Exit codes: 0 done, 1 refused or failed, 2 usage, 3 unreachable.
            """,
        subcommands: [
            RelayBenchCommand.self, SRTPBenchCommand.self, DTLSBenchCommand.self,
            TranscodeBenchCommand.self, PlayBenchCommand.self, OpusBenchCommand.self,
            BleedBenchCommand.self, ChurnBenchCommand.self, MixedBenchCommand.self,
        ])
}
