/// What every refused request answers.
public struct ErrorAnswer: Codable, Hashable, Sendable, Error {
    /// What is wrong, in a few words that do not change.
    public var error: String
    /// The particulars.
    public var detail: String
    /// What to do about it.
    public var hint: String

    /// An error with its particulars and what to do.
    public init(error: String, detail: String, hint: String) {
        self.error = error
        self.detail = detail
        self.hint = hint
    }
}

/// What `DELETE /v1/sessions/{call-id}` answers.
public struct EndSessionAnswer: Codable, Hashable, Sendable {
    /// The session that was ended.
    public var callID: String
    /// How long it lasted, in seconds.
    public var durationSeconds: Double

    /// The session `callID` was ended.
    public init(callID: String, durationSeconds: Double) {
        self.callID = callID
        self.durationSeconds = durationSeconds
    }
}

/// What `GET /v1/config` answers: the configuration in use.
public struct ConfigAnswer: Codable, Hashable, Sendable {
    /// One setting.
    public struct Entry: Codable, Hashable, Sendable {
        /// The key path.
        public var key: String
        /// The value as text; a secret only as `(set)` or `none`.
        public var value: String
        /// Whether the value is the embedded default.
        public var isDefault: Bool
        /// Whether a reload applies a change; otherwise it needs a restart.
        public var appliesOnReload: Bool

        /// The setting `key`.
        public init(key: String, value: String, isDefault: Bool, appliesOnReload: Bool) {
            self.key = key
            self.value = value
            self.isDefault = isDefault
            self.appliesOnReload = appliesOnReload
        }
    }

    /// Every setting, in the order of the reference.
    public var settings: [Entry]

    /// The configuration of these settings.
    public init(settings: [Entry]) {
        self.settings = settings
    }
}

/// What `POST /v1/reload` answers.
public struct ReloadAnswer: Codable, Hashable, Sendable {
    /// One changed key.
    public struct Change: Codable, Hashable, Sendable {
        /// The key path.
        public var key: String
        /// The value before, as text.
        public var old: String
        /// The value in the file, as text.
        public var new: String

        /// `key` changes from `old` to `new`.
        public init(key: String, old: String, new: String) {
            self.key = key
            self.old = old
            self.new = new
        }
    }

    /// Changes in effect from now on.
    public var applied: [Change]
    /// Changes that wait for a restart.
    public var needsRestart: [Change]

    /// The outcome of a reload.
    public init(applied: [Change], needsRestart: [Change]) {
        self.applied = applied
        self.needsRestart = needsRestart
    }
}

/// What `POST /v1/drain` answers.
public struct DrainAnswer: Codable, Hashable, Sendable {
    /// Sessions that are still running.
    public var sessions: Int
    /// The daemon ends after this many seconds at the latest.
    public var remainingSeconds: Double

    /// `sessions` go on for at most `remainingSeconds`.
    public init(sessions: Int, remainingSeconds: Double) {
        self.sessions = sessions
        self.remainingSeconds = remainingSeconds
    }
}
