import ArgumentParser
import BatonAPI
import BatonConfig
import BatonControl

/// `baton config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration file, or show every key.",
        subcommands: [ConfigCheck.self, ConfigKeys.self])
}

/// `baton config check`.
struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a configuration file.",
        discussion: """
            Every unknown key, wrong value, address that is not of this machine and setting that \
            does not go with another is told with its line. Exit status 0: 'baton serve' would \
            start with it as far as the file is concerned; 1: it would not.

            EXAMPLES
              baton config check /etc/baton/baton.yaml
              baton config check /etc/baton/baton.yaml --no-machine
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(inversion: .prefixedNo, help: "Also look at the addresses of this machine.")
    var machine = true

    @Flag(help: "Print the configuration, with the defaults, as JSON.")
    var json = false

    func run() throws {
        let config = try ConfigFile.load(file)
        if machine {
            let facts = MachineFacts.ofThisMachine()
            try config.check(on: facts)
            for warning in config.warnings(on: facts) { Output.line("warning: \(warning)") }
        }
        let answer = ConfigAnswer(config)
        let changed = answer.settings.filter { !$0.isDefault }.count
        try Output.show(answer, asJSON: json) { _ in
            ["\(file): fine, \(changed) of \(answer.settings.count) keys differ from the defaults"]
        }
    }
}

/// `baton config keys`.
struct ConfigKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Show every key with its default, and whether a reload applies it.")

    func run() throws {
        var table = TextTable([("KEY", .left), ("DEFAULT", .left), ("RELOAD", .left), ("", .left)])
        table.rows = Setting.all.map { setting in
            [
                setting.key, setting.text(in: .defaults),
                setting.appliesOnReload ? "yes" : "restart", setting.summary,
            ]
        }
        for line in table.lines() { Output.line(line) }
    }
}
