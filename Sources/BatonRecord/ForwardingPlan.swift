public import BatonBase
import BatonMediaFile

/// Where the audio of a call's lines goes, and as what.
public struct ForwardingPlan: Hashable, Sendable {
    /// What precedes the audio on each connection, up to a byte 0.
    public enum Header: Hashable, Sendable {
        /// A JSON object: the call, the party, `metadata`, and the audio's form.
        case json
        /// The text of `metadata` alone.
        case metadata
    }

    /// What the packets of the call are marked with.
    public var tap: UInt32
    /// The call.
    public var callID: String
    /// Who listens.
    public var address: SocketAddress
    /// Samples a second.
    public var sampleRateHz: Int
    /// What precedes the audio.
    public var header: Header
    /// What `metadata` said of the call.
    public var metadata: String?

    /// A plan for the call.
    public init(
        tap: UInt32, callID: String, address: SocketAddress, sampleRateHz: Int, header: Header,
        metadata: String?
    ) {
        self.tap = tap
        self.callID = callID
        self.address = address
        self.sampleRateHz = sampleRateHz
        self.header = header
        self.metadata = metadata
    }

    /// The header for a line's audio, with the byte 0 behind it.
    func headerBytes(for line: RecordedLine) -> [UInt8] {
        var bytes: [UInt8] = []
        switch header {
        case .metadata:
            bytes = Array((metadata ?? "").utf8.prefix { $0 != 0 })
        case .json:
            var text = RecordingMetadata()
            text["call-id"] = .text(callID)
            text["tag"] = line.tag.map { .text($0) } ?? .null
            text["label"] = line.label.map { .text($0) } ?? .null
            text["stream"] = .integer(Int64(line.number.stream))
            text["metadata"] = metadata.map { .text($0) } ?? .null
            text["encoding"] = .text("s16le")
            text["sample-rate"] = .integer(Int64(sampleRateHz))
            text["channels"] = .integer(1)
            try? text.append(to: &bytes)
        }
        return bytes + [0]
    }
}
