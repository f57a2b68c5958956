import BatonBase

/// The fixed part of an RTPFB or PSFB packet, RFC 4585 §6.1.
public struct RTCPFeedback: Hashable, Sendable {
    /// The feedback message type (FMT): for RTPFB 1 is NACK; for PSFB 1 is PLI, 4 is FIR.
    public var format: UInt8
    /// Who sends the feedback.
    public var senderSSRC: UInt32
    /// The source it is about; 0 where the control information names it.
    public var mediaSSRC: UInt32
    /// Where the feedback control information lies in the packet's bytes.
    public var controlRange: Range<Int>
}

/// The fixed part of an APP packet, RFC 3550 §6.7.
public struct RTCPApplication: Hashable, Sendable {
    /// 0…31, of the application's making.
    public var subtype: UInt8
    /// The sender.
    public var ssrc: UInt32
    /// Four ASCII characters.
    public var name: UInt32
    /// Where the data lie in the packet's bytes.
    public var dataRange: Range<Int>
}

/// One block of an extended report, RFC 3611 §3.
public struct RTCPExtendedReportBlock: Hashable, Sendable {
    /// The block type: 4 receiver reference time, 5 DLRR, 7 VoIP metrics.
    public var type: UInt8
    /// The byte that each block type uses in its own way.
    public var typeSpecific: UInt8
    /// Where what follows the block's four-byte header lies in the packet's bytes.
    public var range: Range<Int>
}

extension RTCPPacketView {
    /// The fixed part of an RTPFB or PSFB packet.
    public var feedback: RTCPFeedback? {
        guard packetType == .transportFeedback || packetType == .payloadFeedback else { return nil }
        return RTCPFeedback(
            format: header.count, senderSSRC: bytes.uint32(at: 4), mediaSSRC: bytes.uint32(at: 8),
            controlRange: 12..<contentLength)
    }

    /// The fixed part of an APP packet.
    public var application: RTCPApplication? {
        guard packetType == .application else { return nil }
        return RTCPApplication(
            subtype: header.count, ssrc: bytes.uint32(at: 4), name: bytes.uint32(at: 8),
            dataRange: 12..<contentLength)
    }

    /// Gives every block of an XR packet to `body`, in order.
    public func forEachExtendedReportBlock(_ body: (RTCPExtendedReportBlock) -> Void) {
        guard packetType == .extendedReport else { return }
        _ = walkExtendedReport(body)
    }

    /// Goes through the blocks; whether they end where the packet does.
    func walkExtendedReport(_ body: (RTCPExtendedReportBlock) -> Void) -> Bool {
        var offset = 8
        while offset < contentLength {
            guard contentLength &- offset >= 4 else { return false }
            let start = offset &+ 4
            let end = start &+ 4 &* Int(bytes.uint16(at: offset &+ 2))
            guard end <= contentLength else { return false }
            body(
                RTCPExtendedReportBlock(
                    type: bytes.uint8(at: offset), typeSpecific: bytes.uint8(at: offset &+ 1),
                    range: start..<end))
            offset = end
        }
        return true
    }
}
