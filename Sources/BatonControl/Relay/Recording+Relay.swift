import BatonAPI
import BatonServer

// What is recorded and forwarded, in the API's form.

extension RecordingTotals {
    init(_ status: RecordingStatus) {
        self.init()
        active = status.active
        begun = status.begun
        packets = status.packets
        bytesWritten = status.writtenBytes
        bytesLost = status.lostBytes
        unrecordedPackets = status.unrecordedPackets
        failuresByCause = status.failures
        forwarding.streams = status.forwardedStreams
        forwarding.connections = status.connections
        forwarding.bytesSent = status.sentBytes
        forwarding.framesDropped = status.droppedFrames
        forwarding.failuresByCause = status.forwardingFailures
    }
}

extension RecordingDetail {
    init(_ detail: SessionCopyDetail) {
        self.init()
        isRecording = detail.isRecording
        isPaused = detail.isPaused
        isForwarding = detail.isForwarding
        files = detail.files
        packets = detail.packets
        bytesWritten = detail.writtenBytes
        bytesLost = detail.lostBytes
        unrecordedPackets = detail.unrecordedPackets
        streams = detail.streams.map { stream in
            var made = ForwardedStreamDetail()
            made.tag = stream.tag ?? ""
            made.isConnected = stream.isConnected
            made.bytesSent = stream.sentBytes
            made.framesDropped = stream.droppedFrames
            return made
        }
    }
}

extension ServerEvent.Kind {
    /// The API's event for one about recording or forwarding.
    func fillCopies(_ event: inout ControlEvent) {
        switch self {
        case .recordingEnded(let files, _):
            event.kind = .recordingEnded
            event.detail = files.isEmpty ? "discarded" : files.joined(separator: ", ")
        case .recordingFailed(let reason):
            event.kind = .recordingFailed
            event.detail = reason
        case .forwardingEnded(let tag, let sent, let dropped):
            event.kind = .forwardingEnded
            event.tag = tag
            event.detail = "\(sent) bytes sent, \(dropped) frames of 20 ms dropped"
        case .forwardingFailed(let tag, let reason):
            event.kind = .forwardingFailed
            event.tag = tag
            event.detail = reason
        default: break
        }
    }
}
