import ArgumentParser
import BatonAPI

/// `baton session watch`.
struct SessionWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Print events as they happen, of all sessions or of one.",
        discussion: """
            Sessions that start and end, timeouts, one-way audio, changed endpoints and draining. \
            With --json each line is one JSON object. Ends when the daemon does, or with Ctrl-C.

            EXAMPLES
              baton session watch
              baton session watch 3c26722c@192.0.2.10 --json
            """)

    @Argument(help: "Only this call-id.")
    var callID: String?

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let isJSON = options.json
        let path = PathText.path("/v1/events", [("call-id", callID)])
        try await options.client().events(path) { event in
            if isJSON {
                Output.line(event.data)
            } else if let line = try Self.line(event) {
                Output.line(line)
            }
        }
    }

    /// An event's line, `nil` for one that this version does not know.
    static func line(_ event: ServerSentEvent) throws -> String? {
        if event.name == "lost" {
            return EventView.line(try APICoding.decode(LostEvents.self, from: event.data.utf8))
        }
        guard let known = try? APICoding.decode(ControlEvent.self, from: event.data.utf8) else {
            return nil
        }
        return EventView.line(known)
    }
}
