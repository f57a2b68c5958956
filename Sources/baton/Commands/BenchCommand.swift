import ArgumentParser

/// `baton bench`: load generators that know only the protocols.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Load any relay that speaks ng, and measure it.",
        subcommands: [])
}
