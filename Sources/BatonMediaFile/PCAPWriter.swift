public import BatonBase

/// Why a datagram cannot be written to a capture.
public enum CaptureWriteError: Error, Hashable, Sendable {
    /// The source is an IPv4 address and the destination an IPv6 one, or the other way round.
    case familiesDiffer
    /// More than fits into an IP packet.
    case payloadTooLarge
}

/// How fine the times of a capture are.
public enum CaptureResolution: Hashable, Sendable, CaseIterable {
    /// What every tool reads.
    case microseconds
    /// What tcpdump, Wireshark and libpcap since 1.5 read.
    case nanoseconds

    var nanoseconds: UInt64 { self == .microseconds ? 1_000 : 1 }
}

/// Writes UDP payloads as a libpcap file, with IP and UDP headers made for them.
///
///     header: magic, major 2, minor 4, zone 0, accuracy 0, snapshot length, link type
///     record: seconds, fraction, bytes kept, bytes in all, the frame
///
/// Numbers are little-endian. Nothing is allocated when the caller's buffer has room.
public struct PCAPWriter: Hashable, Sendable {
    /// Bytes of the file's header.
    public static let headerByteCount = 24
    /// How times are written.
    public let resolution: CaptureResolution

    private var frames: UDPFrameWriter

    /// A writer of bare IP packets, or of Ethernet frames.
    public init(isEthernet: Bool = false, resolution: CaptureResolution = .nanoseconds) {
        self.resolution = resolution
        frames = UDPFrameWriter(link: isEthernet ? .ethernet : .rawIP)
    }

    /// Appends what comes before the first record.
    public func appendHeader(to bytes: inout [UInt8]) {
        bytes.append(
            resolution == .nanoseconds ? PCAPReader.nanosecondMagic : PCAPReader.microsecondMagic,
            .little)
        bytes.append(2 as UInt16, .little)
        bytes.append(4 as UInt16, .little)
        bytes.append(0 as UInt64, .little)
        bytes.append(UInt32(PCAPReader.snapshotByteCount), .little)
        bytes.append(frames.link.rawValue, .little)
    }

    /// Appends the record of a datagram that came or went `unixNanoseconds` after 1970-01-01 00:00
    /// UTC. IPv4-mapped addresses are written as IPv4.
    /// - Throws: ``CaptureWriteError``; nothing is written then.
    public mutating func append(
        _ payload: RawSpan, from source: SocketAddress, to destination: SocketAddress,
        at unixNanoseconds: UInt64, to bytes: inout [UInt8]
    ) throws(CaptureWriteError) {
        let (source, destination) = try CaptureAddresses.checked(
            payload, from: source, to: destination)
        let size = UInt32(frames.headerByteCount(source.ip.family) + payload.byteCount)
        let (seconds, rest) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        bytes.append(UInt32(clamping: seconds), .little)
        bytes.append(UInt32(rest / resolution.nanoseconds), .little)
        bytes.append(size, .little)
        bytes.append(size, .little)
        frames.append(payload, from: source, to: destination, into: &bytes)
    }
}

/// What both writers of captures check.
enum CaptureAddresses {
    static func checked(
        _ payload: RawSpan, from source: SocketAddress, to destination: SocketAddress
    ) throws(CaptureWriteError) -> (SocketAddress, SocketAddress) {
        var (source, destination) = (source, destination)
        if source.ip.unmapped.family == destination.ip.unmapped.family {
            source.ip = source.ip.unmapped
            destination.ip = destination.ip.unmapped
        }
        guard source.ip.family == destination.ip.family else { throw .familiesDiffer }
        guard payload.byteCount <= UDPFrameWriter.payloadByteCountMax(source.ip.family) else {
            throw .payloadTooLarge
        }
        return (source, destination)
    }
}
