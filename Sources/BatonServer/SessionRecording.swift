import BatonMedia

/// A session's recording, as signalling sees it.
struct SessionRecording {
    /// The recorder's number of it.
    var number: UInt32
    /// Its files, the metadata last.
    var files: [String]
    /// Whether it pauses.
    var isPaused = false
}

/// What is copied of a session's packets, as signalling sees it.
struct SessionCopies {
    /// What the packets are marked with; another number once nothing was copied any more.
    var tap: UInt32
    /// The parties that are recorded.
    var recorded = PartySelection.none
    /// The parties whose audio is forwarded.
    var forwarded = PartySelection.none

    /// Whether nothing is copied.
    var isEmpty: Bool { recorded == .none && forwarded == .none }
}
