import ArgumentParser
import BatonConfig
import Foundation

/// `baton serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the daemon.",
        discussion: """
            Without a configuration file the embedded defaults serve: media on 127.0.0.1, ports \
            30000-40000, ng on 127.0.0.1:2223 (UDP and TCP), the API on 127.0.0.1:9080. A flag \
            wins over the file; a repeatable flag replaces the file's whole list. 'baton config \
            keys' shows every key.

            When all sockets are open one line 'ready' with the addresses is printed. SIGTERM \
            takes no new sessions and ends with the running ones, at most 30 s later; a second \
            SIGTERM, or SIGINT, ends at once. SIGHUP reads the configuration again.

            EXAMPLES
              baton serve
              baton serve --interface public/192.0.2.7!203.0.113.7 --interface lan/10.0.0.7
              baton serve --config /etc/baton/baton.yaml --log-level debug
              baton serve --ng 192.0.2.7:2223 --control-allow 192.0.2.10
              baton serve --set timeouts.media=2m --set media.tos=184
            """)

    @Option(
        help: ArgumentHelp("The configuration file (YAML).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        name: .customLong("interface"),
        help: ArgumentHelp(
            "Where media flows: an address or a device, with a name for ng's 'direction' and an "
                + "address for SDP if you like. Repeatable.",
            valueName: "[name/]address[!advertised]"))
    var interfaces: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where ng is listened for, over UDP and TCP unless udp: or tcp: is in front. "
                + "Repeatable.", valueName: "address:port"))
    var ng: [String] = []

    @Option(
        help: ArgumentHelp("Where the HTTP API listens, or 'none'.", valueName: "address:port"))
    var api: String?

    @Option(help: ArgumentHelp("The UDP ports of RTP and RTCP.", valueName: "min-max"))
    var ports: String?

    @Option(help: ArgumentHelp("How many media workers run, or 'auto'.", valueName: "n"))
    var workers: String?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical.", valueName: "level"),
        completion: .list(Config.Log.Level.allCases.map(\.rawValue)))
    var logLevel: String?

    @Option(
        help: ArgumentHelp("text or json.", valueName: "format"),
        completion: .list(Config.Log.Format.allCases.map(\.rawValue)))
    var logFormat: String?

    @Option(
        help: ArgumentHelp("Append the log to this file.", valueName: "file"), completion: .file())
    var logFile: String?

    @Option(
        help: ArgumentHelp(
            "The name that baton gives itself in SDP that it makes.", valueName: "name"))
    var software: String?

    @Option(
        help: ArgumentHelp(
            "Who may send ng messages; only this machine unless given. Repeatable.",
            valueName: "cidr"))
    var controlAllow: [String] = []

    @Option(
        help: ArgumentHelp(
            "What API clients must show (default: $BATON_API_TOKEN).", valueName: "token"))
    var apiToken: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any key of the configuration. Repeatable; repeat a key for a list.",
            valueName: "key=value"))
    var settings: [String] = []

    func run() async throws {
        try await runServer(try ServeStart(configPath: config, overrides: overrides()))
    }

    /// What the flags say, as overrides of the file.
    ///
    /// - Throws: `ValidationError` for a `--set` without `=`.
    func overrides(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> [Config.Override] {
        let lists = [
            ("interfaces", interfaces, "--interface"), ("ng.listen", ng, "--ng"),
            ("ng.allow", controlAllow, "--control-allow"),
        ].compactMap { key, texts, flag in
            texts.isEmpty ? nil : Config.Override(key: key, texts: texts, flag: flag)
        }
        let environmentToken = environment["BATON_API_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        let values = [
            ("api.listen", api, "--api"), ("media.ports", ports, "--ports"),
            ("media.workers", workers, "--workers"), ("log.level", logLevel, "--log-level"),
            ("log.format", logFormat, "--log-format"), ("log.file", logFile, "--log-file"),
            ("software", software, "--software"),
            ("api.token", apiToken ?? environmentToken, "--api-token"),
        ].compactMap { key, text, flag in
            text.map { Config.Override(key: key, texts: [$0], flag: flag) }
        }
        return lists + values + (try settingOverrides())
    }

    private func settingOverrides() throws -> [Config.Override] {
        var overrides: [Config.Override] = []
        for text in settings {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ValidationError("--set \(text): expected KEY=VALUE, such as media.tos=184")
            }
            let (key, value) = (String(parts[0]), String(parts[1]))
            if let index = overrides.firstIndex(where: { $0.key == key }) {
                overrides[index].texts.append(value)
            } else {
                overrides.append(Config.Override(key: key, texts: [value], flag: "--set"))
            }
        }
        return overrides
    }
}
