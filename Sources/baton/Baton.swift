import ArgumentParser
import BatonIO
import Foundation

/// The entry point: runs a command and turns what it throws into a sentence and an exit status.
@main
struct Baton {
    static func main() async {
        // First of all: a thread keeps the heap that it has begun with.
        ProcessResources.shareHeap()
        do {
            var command = try BatonCommand.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            ExitStatus.leave(with: error)
        }
    }
}

/// `baton` and its sub-commands.
struct BatonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton",
        abstract: "A media relay beside a SIP proxy, and the means to watch it.",
        discussion: """
            'baton serve' is the daemon; a SIP proxy asks it over the ng protocol to relay calls. \
            The other commands ask a running daemon over its HTTP API, or need none.

            EXAMPLES
              baton serve --interface 192.0.2.7 --control-allow 192.0.2.10
              baton serve --config /etc/baton/baton.yaml
              baton config check /etc/baton/baton.yaml
              baton status
              baton session list --sort worst
              baton top

            EXIT STATUS
              0  done
              1  refused: the daemon or the configuration says no
              2  the command line is wrong
              3  the daemon cannot be reached

            ENVIRONMENT
              BATON_API    the daemon's API, instead of --api
              BATON_TOKEN  the API's token, instead of --token
            """,
        version: BatonVersion.text,
        subcommands: [
            Serve.self, ConfigCommand.self, Status.self, SessionCommand.self, Top.self,
            BenchCommand.self,
        ])
}
