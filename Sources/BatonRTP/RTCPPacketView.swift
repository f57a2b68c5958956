import BatonBase

/// A read-only view of one RTCP packet, whose contents are as long as its header promises.
///
/// Each accessor gives `nil` or nothing for a packet of another type.
public struct RTCPPacketView: ~Escapable {
    /// The whole packet. Ranges that accessors give are ranges of these bytes.
    public let bytes: RawSpan
    /// The packet's header.
    public let header: RTCPHeader
    /// Where the padding begins: the packet's length without it.
    public let contentLength: Int

    /// A view of the packet at the start of `bytes`.
    /// - Throws: ``RTCPParseError``.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) throws(RTCPParseError) {
        let header = try RTCPHeader(validating: bytes)
        let bytes = bytes.extracting(0..<header.byteCount)
        var contentLength = header.byteCount
        if header.hasPadding {
            // The count includes itself and is a multiple of 4 (RFC 3550 §6.4.1).
            let padding = Int(bytes.uint8(at: header.byteCount &- 1))
            guard padding > 0, padding & 3 == 0, padding <= header.byteCount &- RTCPHeader.length
            else { throw .invalidPadding }
            contentLength &-= padding
        }
        self.bytes = bytes
        self.header = header
        self.contentLength = contentLength
        guard contentLength >= minimumLength, areListsComplete else { throw .contentTruncated }
    }

    /// What the packet is.
    public var packetType: RTCPPacketType { header.packetType }

    /// The SSRC of the packet's sender or, for SDES and BYE, the first source named. `nil` when the
    /// packet names none or its type is not known.
    public var ssrc: UInt32? {
        switch packetType {
        case .senderReport, .receiverReport, .application, .transportFeedback, .payloadFeedback,
            .extendedReport:
            bytes.uint32(at: 4)
        case .sourceDescription, .goodbye: header.count > 0 ? bytes.uint32(at: 4) : nil
        default: nil
        }
    }

    /// The least length that type and count allow.
    private var minimumLength: Int {
        let count = Int(header.count)
        switch packetType {
        case .senderReport:
            return RTCPSenderInformation.end &+ RTCPReportBlock.length &* count
        case .receiverReport: return 8 &+ RTCPReportBlock.length &* count
        case .goodbye: return 4 &+ 4 &* count
        case .application, .transportFeedback, .payloadFeedback: return 12
        case .extendedReport: return 8
        default: return RTCPHeader.length
        }
    }

    /// Whether what has a length of its own ends within the packet.
    private var areListsComplete: Bool {
        switch packetType {
        case .sourceDescription: walkSourceDescription { _ in }
        case .extendedReport: walkExtendedReport { _ in }
        case .goodbye: goodbyeReasonEnd <= contentLength
        default: true
        }
    }
}
