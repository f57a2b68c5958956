/// A session's recording, as signalling sees it.
struct SessionRecording {
    /// The recorder's number of it.
    var number: UInt32
    /// Its files, the metadata last.
    var files: [String]
    /// Whether it pauses.
    var isPaused = false
}
