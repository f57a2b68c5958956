import BatonBase
import BatonMediaFile

/// The packets of a recording as a libpcap file: from the party to our port, without protection.
final class CaptureTrack {
    let file: RecordingFile
    private var writer = PCAPWriter(resolution: .microseconds)
    private let unixOriginNanoseconds: Int64

    init(_ file: RecordingFile, unixOriginNanoseconds: Int64) {
        self.file = file
        self.unixOriginNanoseconds = unixOriginNanoseconds
        writer.appendHeader(to: &file.buffer)
    }

    func receive(
        _ packet: RawSpan, from remote: SocketAddress?, to local: SocketAddress,
        at arrival: Instant
    ) {
        let isV4 = local.ip.unmapped.family == .v4
        let unknown = SocketAddress(
            ip: isV4 ? IPAddress(v4: 0) : IPAddress(v6High: 0, low: 0), port: 0)
        var source = remote ?? unknown
        if (source.ip.unmapped.family == .v4) != isV4 { source = unknown }
        let time = unixOriginNanoseconds &+ Int64(clamping: arrival.nanoseconds)
        // Both addresses are of one family, and what came in one datagram fits into one.
        try? writer.append(
            packet, from: source, to: local, at: UInt64(clamping: time), to: &file.buffer)
        file.flush()
    }
}
