import ArgumentParser
import BatonAPI
import Foundation

/// `baton top`.
struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch a daemon live: workers, packets, loss, and the worst calls first.",
        discussion: """
            Keys: q or Ctrl-C ends, the blank key refreshes at once.

            EXAMPLES
              baton top
              baton top --interval 5 --sort busiest
              baton top --once
            """)

    @Option(help: "Seconds between two looks, 1 to 60.")
    var interval = 1

    @Option(help: "The order of the sessions.")
    var sort: SessionQuery.Sort = .worst

    @Flag(help: "Print one look and end.")
    var once = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if !(1...60).contains(interval) {
            throw ValidationError("--interval is \(interval), expected 1 to 60 seconds")
        }
    }

    func run() async throws {
        let client = try options.client()
        if options.json {
            repeat {
                let view = try await look(client)
                Output.write(try APICoding.encode(Look(view)) + [0x0a])
                if !once { try await Task.sleep(for: .seconds(interval)) }
            } while !once
        } else if once || !Terminal.isThere {
            for line in try await look(client).lines() { Output.line(line) }
        } else {
            try await live(client)
        }
    }

    /// What `--json` prints.
    private struct Look: Encodable {
        let status: StatusAnswer
        let sessions: SessionListAnswer

        init(_ view: TopView) {
            status = view.status
            sessions = view.sessions
        }
    }

    private func look(_ client: APIClient) async throws -> TopView {
        let path = PathText.path("/v1/sessions", [("sort", sort.rawValue), ("limit", "100")])
        let status: StatusAnswer = try await client.get("/v1/status")
        let sessions: SessionListAnswer = try await client.get(path)
        return TopView(status: status, sessions: sessions, endpoint: client.endpoint.description)
    }

    /// Draws until `q`; a daemon that goes away is told on the screen and waited for.
    private func live(_ client: APIClient) async throws {
        let first = try await look(client)
        let terminal = Terminal()
        defer { terminal.restore() }
        var lines = first
        var notice: String?
        let ticks = TerminalTicks(every: interval)
        defer { ticks.cancel() }
        var iterator = ticks.stream.makeAsyncIterator()
        repeat {
            let size = Terminal.size()
            var screen = lines.screen(width: size.columns, height: size.rows)
            if let notice, !screen.isEmpty {
                screen[screen.count - 1] = String(notice.prefix(size.columns))
            }
            terminal.draw(screen)
            guard let tick = await iterator.next(), tick != .quit else { return }
            if tick == .resize { continue }
            do {
                lines = try await look(client)
                notice = nil
            } catch let error as CommandError {
                notice = error.description
            }
        } while true
    }
}
