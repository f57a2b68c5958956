import ArgumentParser
import BatonAPI

/// `baton status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a running daemon at a glance.",
        discussion: """
            EXAMPLES
              baton status
              baton status --api 192.0.2.7:9080 --token c0ffee --json
            """)

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let status: StatusAnswer = try await options.client().get("/v1/status")
        try Output.show(status, asJSON: options.json) { StatusView.lines($0) }
    }
}
