import BatonBase

/// What takes the audio of a call's lines as it is decoded: files, or somebody who listens.
protocol DecodedAudioSink: AnyObject {
    /// Time has come to `time`: what lies far enough behind it can go.
    func advance(to time: Instant, of audio: CallAudio)
    /// Takes the first `count` of `samples`, which begin at `position` of the call's audio.
    func add(_ samples: [Int16], count: Int, at position: Int, of line: RecordedLine)
}
