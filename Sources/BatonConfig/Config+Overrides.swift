extension Config {
    /// A value from the command line: it wins over the file.
    public struct Override: Hashable, Sendable {
        /// The key path, for instance `media.ports`.
        public var key: String
        /// The texts: one, or several for a list.
        public var texts: [String]
        /// The flag, for messages: `--ports`.
        public var flag: String

        /// `texts` for `key`, as given by `flag`.
        public init(key: String, texts: [String], flag: String) {
            self.key = key
            self.texts = texts
            self.flag = flag
        }
    }

    /// Sets what the command line says, over what is there.
    ///
    /// - Throws: ``ConfigError`` with every flag that is wrong.
    public mutating func apply(_ overrides: [Override]) throws(ConfigError) {
        var problems: [ConfigProblem] = []
        for override in overrides {
            guard let setting = Setting.named(override.key) else {
                let message = KnownKeys.unknown(override.key)
                problems.append(
                    ConfigProblem(source: override.flag, key: override.key, message: message))
                continue
            }
            guard let bad = setting.apply(&self, override.texts) else { continue }
            let found = override.texts.indices.contains(bad) ? override.texts[bad] : ""
            let message =
                "found '\(found)', expected \(setting.expected); "
                + "for example \(setting.example)"
            problems.append(ConfigProblem(source: override.flag, message: message))
        }
        if !problems.isEmpty { throw ConfigError(problems) }
    }
}
