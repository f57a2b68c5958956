import BatonConfig

/// What `baton serve` starts from, and how to read it again.
struct ServeStart: Sendable {
    /// The configuration file, `nil` for the embedded defaults.
    let configPath: String?
    /// What the flags say.
    let overrides: [Config.Override]
    /// The configuration to start with, checked against this machine.
    let config: Config
    /// Sentences about what is allowed but probably not meant.
    let warnings: [String]

    /// Reads and checks the configuration.
    ///
    /// - Throws: ``CommandError`` or `ConfigError`.
    init(configPath: String?, overrides: [Config.Override]) throws {
        self.configPath = configPath
        self.overrides = overrides
        (config, warnings) = try Self.read(configPath, overrides)
    }

    /// The configuration as it is now in the file, with the same flags over it: for a reload.
    ///
    /// - Throws: ``CommandError`` or `ConfigError`; the old configuration is then kept.
    func readAgain() throws -> Config {
        try Self.read(configPath, overrides).config
    }

    private static func read(
        _ path: String?, _ overrides: [Config.Override]
    ) throws -> (config: Config, warnings: [String]) {
        var config = try path.map(ConfigFile.load) ?? .defaults
        try config.apply(overrides)
        let facts = MachineFacts.ofThisMachine()
        try config.check(on: facts)
        return (config, config.warnings(on: facts))
    }
}
