public import ArgumentParser
public import BatonAPI
import NIOHTTP1

/// `baton session`.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "List, show, end and watch the sessions of a daemon.",
        subcommands: [
            SessionList.self, SessionShow.self, SessionEnd.self, SessionWatch.self,
        ])
}

extension SessionQuery.Sort: ExpressibleByArgument {}
extension SessionSummary.State: ExpressibleByArgument {}

/// `baton session list`.
struct SessionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List sessions.",
        discussion: """
            EXAMPLES
              baton session list --sort worst --limit 20
              baton session list --filter alice --state answered --json
            """)

    @Option(help: "Only sessions whose call-id or a tag contains this text.")
    var filter: String?

    @Option(help: "Only sessions in this state.")
    var state: SessionSummary.State?

    @Option(help: "The order.")
    var sort: SessionQuery.Sort = .newest

    @Option(help: "The most sessions to list, 1 to 1000.")
    var limit = 100

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if !(1...SessionQuery.limitMost).contains(limit) {
            throw ValidationError("--limit is \(limit), expected 1 to \(SessionQuery.limitMost)")
        }
    }

    func run() async throws {
        let path = PathText.path(
            "/v1/sessions",
            [
                ("filter", filter), ("state", state?.rawValue), ("sort", sort.rawValue),
                ("limit", String(limit)),
            ])
        let list: SessionListAnswer = try await options.client().get(path)
        try Output.show(list, asJSON: options.json) { SessionView.lines($0) }
    }
}

/// `baton session show`.
struct SessionShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one session: parties, streams, ports, drops by reason, sources.",
        discussion: """
            EXAMPLE
              baton session show 3c26722c@192.0.2.10
            """)

    @Argument(help: "The call-id.")
    var callID: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let path = "/v1/sessions/\(PathText.encode(callID))"
        let detail: SessionDetailAnswer = try await options.client().get(path)
        try Output.show(detail, asJSON: options.json) { SessionView.lines($0) }
    }
}

/// `baton session end`.
struct SessionEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End one session at once; the SIP proxy is not told.",
        discussion: """
            EXAMPLE
              baton session end 3c26722c@192.0.2.10
            """)

    @Argument(help: "The call-id.")
    var callID: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let path = "/v1/sessions/\(PathText.encode(callID))"
        let answer: EndSessionAnswer = try await options.client().ask(.DELETE, path)
        try Output.show(answer, asJSON: options.json) { answer in
            let time = Quantity.time(seconds: answer.durationSeconds)
            return ["ended \(answer.callID.printable) after \(time)"]
        }
    }
}
