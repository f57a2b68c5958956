import BatonBase

/// What a sender reports about its own stream, RFC 3550 §6.4.1.
public struct RTCPSenderInformation: Hashable, Sendable {
    /// Where the sender information of an SR ends, and its report blocks begin.
    static let end = 28

    /// The sender.
    public var ssrc: UInt32
    /// The wall-clock time of the report.
    public var ntpTimestamp: NTPTimestamp
    /// The same time on the media clock.
    public var rtpTimestamp: UInt32
    /// RTP packets sent since the start.
    public var packetCount: UInt32
    /// Payload bytes sent since the start.
    public var octetCount: UInt32

    /// Sender information with these values.
    public init(
        ssrc: UInt32, ntpTimestamp: NTPTimestamp, rtpTimestamp: UInt32, packetCount: UInt32,
        octetCount: UInt32
    ) {
        self.ssrc = ssrc
        self.ntpTimestamp = ntpTimestamp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }

    /// The sender information of the SR that begins at `offset` of `bytes`.
    init(at offset: Int, of bytes: RawSpan) {
        ssrc = bytes.uint32(at: offset &+ 4)
        ntpTimestamp = NTPTimestamp(bits: bytes.uint64(at: offset &+ 8))
        rtpTimestamp = bytes.uint32(at: offset &+ 16)
        packetCount = bytes.uint32(at: offset &+ 20)
        octetCount = bytes.uint32(at: offset &+ 24)
    }

    /// Writes the sender information of the SR that begins at `offset` of `bytes`.
    func write(at offset: Int, into bytes: inout MutableRawSpan) {
        bytes.store(ssrc, at: offset &+ 4)
        bytes.store(ntpTimestamp.bits, at: offset &+ 8)
        bytes.store(rtpTimestamp, at: offset &+ 16)
        bytes.store(packetCount, at: offset &+ 20)
        bytes.store(octetCount, at: offset &+ 24)
    }
}

extension RTCPPacketView {
    /// The sender information of an SR.
    public var senderInformation: RTCPSenderInformation? {
        packetType == .senderReport ? RTCPSenderInformation(at: 0, of: bytes) : nil
    }

    /// How many report blocks an SR or RR holds, 0…31.
    public var reportBlockCount: Int {
        packetType == .senderReport || packetType == .receiverReport ? Int(header.count) : 0
    }

    /// The report block at `index`, 0 ..< ``reportBlockCount``.
    public func reportBlock(at index: Int) -> RTCPReportBlock {
        precondition(
            index >= 0 && index < reportBlockCount, "the index is below reportBlockCount")
        let start = packetType == .senderReport ? RTCPSenderInformation.end : 8
        return RTCPReportBlock(at: start &+ RTCPReportBlock.length &* index, of: bytes)
    }
}
