import BatonBase

/// Writes RTCP packets one behind the other into a datagram.
///
/// The caller keeps the order of RFC 3550 §6.1: a report, then SDES with the CNAME, then the rest.
/// What does not fit, or cannot be said in the format, is not written at all.
public struct RTCPWriter: Sendable {
    /// The length of what has been written, from the start of the bytes on.
    public private(set) var byteCount = 0

    /// A writer that begins at the start of the bytes.
    public init() {}

    /// Appends an SR with at most 31 report blocks (§6.4.1).
    /// - Returns: Whether it was written.
    public mutating func appendSenderReport(
        _ information: RTCPSenderInformation, blocks: Span<RTCPReportBlock>,
        into bytes: inout MutableRawSpan
    ) -> Bool {
        let start = RTCPSenderInformation.end
        let length = start &+ RTCPReportBlock.length &* blocks.count
        guard blocks.count <= 31,
            let offset = begin(.senderReport, count: blocks.count, length: length, in: &bytes)
        else { return false }
        information.write(at: offset, into: &bytes)
        write(blocks, at: offset &+ start, into: &bytes)
        return true
    }

    /// Appends an RR with at most 31 report blocks (§6.4.2).
    /// - Returns: Whether it was written.
    public mutating func appendReceiverReport(
        ssrc: UInt32, blocks: Span<RTCPReportBlock>, into bytes: inout MutableRawSpan
    ) -> Bool {
        let length = 8 &+ RTCPReportBlock.length &* blocks.count
        guard blocks.count <= 31,
            let offset = begin(.receiverReport, count: blocks.count, length: length, in: &bytes)
        else { return false }
        bytes.store(ssrc, at: offset &+ 4)
        write(blocks, at: offset &+ 8, into: &bytes)
        return true
    }

    /// Appends an SDES packet that gives one source its canonical name, at most 255 bytes (§6.5.1).
    /// - Returns: Whether it was written.
    public mutating func appendCanonicalName(
        _ name: Span<UInt8>, ssrc: UInt32, into bytes: inout MutableRawSpan
    ) -> Bool {
        // Header, SSRC, item type and length, the name, and one to four zeros.
        let end = 10 &+ name.count
        let length = (end &+ 4) & ~3
        guard name.count <= 255,
            let offset = begin(.sourceDescription, count: 1, length: length, in: &bytes)
        else { return false }
        bytes.store(ssrc, at: offset &+ 4)
        bytes.store(RTCPSourceDescriptionItem.canonicalName, at: offset &+ 8)
        bytes.store(UInt8(truncatingIfNeeded: name.count), at: offset &+ 9)
        write(name, at: offset &+ 10, zerosUpTo: offset &+ length, into: &bytes)
        return true
    }

    /// Appends a BYE of at most 31 sources with a reason of at most 255 bytes; an empty reason is
    /// left out (§6.6).
    /// - Returns: Whether it was written.
    public mutating func appendGoodbye(
        sources: Span<UInt32>, reason: Span<UInt8>, into bytes: inout MutableRawSpan
    ) -> Bool {
        let end = 4 &+ 4 &* sources.count
        let length = reason.isEmpty ? end : (end &+ 1 &+ reason.count &+ 3) & ~3
        guard sources.count <= 31, reason.count <= 255,
            let offset = begin(.goodbye, count: sources.count, length: length, in: &bytes)
        else { return false }
        for index in sources.indices {
            bytes.store(sources[index], at: offset &+ 4 &+ 4 &* index)
        }
        if reason.isEmpty { return true }
        bytes.store(UInt8(truncatingIfNeeded: reason.count), at: offset &+ end)
        write(reason, at: offset &+ end &+ 1, zerosUpTo: offset &+ length, into: &bytes)
        return true
    }

    /// Writes a header and gives the packet's offset, or `nil` when the packet does not fit.
    private mutating func begin(
        _ packetType: RTCPPacketType, count: Int, length: Int, in bytes: inout MutableRawSpan
    ) -> Int? {
        let offset = byteCount
        guard bytes.byteCount &- offset >= length else { return nil }
        RTCPHeader.write(packetType, count: count, byteCount: length, at: offset, into: &bytes)
        byteCount = offset &+ length
        return offset
    }

    private func write(
        _ blocks: Span<RTCPReportBlock>, at offset: Int, into bytes: inout MutableRawSpan
    ) {
        for index in blocks.indices {
            blocks[index].write(at: offset &+ RTCPReportBlock.length &* index, into: &bytes)
        }
    }

    private func write(
        _ text: Span<UInt8>, at offset: Int, zerosUpTo end: Int, into bytes: inout MutableRawSpan
    ) {
        for index in text.indices { bytes.store(text[index], at: offset &+ index) }
        var zero = offset &+ text.count
        while zero < end {
            bytes.store(UInt8(0), at: zero)
            zero &+= 1
        }
    }
}
