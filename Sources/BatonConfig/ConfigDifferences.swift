/// What a new configuration changes, and which part of it a reload can apply (N28).
public struct ConfigDifferences: Hashable, Sendable {
    /// One changed key.
    public struct Change: Hashable, Sendable {
        /// The key path.
        public var key: String
        /// The value in use, as text.
        public var old: String
        /// The new value, as text.
        public var new: String
        /// Whether a reload applies it; otherwise it waits for a restart.
        public var appliesOnReload: Bool
    }

    /// Every changed key, in the order of the reference.
    public var changes: [Change]

    /// The keys that a reload applies.
    public var applied: [String] { changes.filter(\.appliesOnReload).map(\.key) }
    /// The keys that need a restart.
    public var needingRestart: [String] { changes.filter { !$0.appliesOnReload }.map(\.key) }
}

extension ConfigDifferences: CustomStringConvertible {
    /// One sentence for the log.
    public var description: String {
        if changes.isEmpty { return "nothing changed" }
        let parts = [
            applied.isEmpty
                ? ""
                : "applied: "
                    + changes.filter(\.appliesOnReload).map(\.description)
                    .joined(separator: ", "),
            needingRestart.isEmpty
                ? "" : "needs a restart: " + needingRestart.joined(separator: ", "),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }
}

extension ConfigDifferences.Change: CustomStringConvertible {
    /// `KEY OLD → NEW`.
    public var description: String { "\(key) \(old) → \(new)" }
}

extension Config {
    /// What this configuration changes against `old`, the one in use.
    public func differences(from old: Config) -> ConfigDifferences {
        ConfigDifferences(
            changes: Setting.all.filter { $0.read(self) != $0.read(old) }.map { setting in
                ConfigDifferences.Change(
                    key: setting.key, old: setting.text(in: old), new: setting.text(in: self),
                    appliesOnReload: setting.appliesOnReload)
            })
    }

    /// This configuration with those values of `new` that a reload applies.
    public func reloaded(with new: Config) -> Config {
        var result = self
        for setting in Setting.all where setting.appliesOnReload { setting.copy(new, &result) }
        return result
    }
}
