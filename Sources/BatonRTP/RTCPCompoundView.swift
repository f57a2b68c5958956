import BatonBase

/// A read-only view of a datagram of RTCP packets, checked as a whole (RFC 3550 §6.1, §A.2).
public struct RTCPCompoundView: ~Escapable {
    /// The whole datagram.
    public let bytes: RawSpan
    /// How many packets it holds, at least 1.
    public let packetCount: Int

    /// A view of the datagram `bytes`, all of whose packets are well formed.
    ///
    /// The first packet must be an SR or RR unless `allowsReducedSize` (RFC 5506).
    /// - Throws: ``RTCPParseError``.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, allowsReducedSize: Bool = false) throws(RTCPParseError) {
        var offset = 0
        var count = 0
        repeat {
            let header = try RTCPHeader(validating: bytes, at: offset)
            let isReport =
                header.packetType == .senderReport || header.packetType == .receiverReport
            guard count > 0 || isReport || allowsReducedSize else { throw .noReportFirst }
            let end = offset &+ header.byteCount
            guard !header.hasPadding || end == bytes.byteCount else { throw .invalidPadding }
            _ = try RTCPPacketView(bytes.extracting(offset..<end))
            offset = end
            count &+= 1
        } while offset < bytes.byteCount
        self.bytes = bytes
        packetCount = count
    }

    /// Goes through the packets from the first on.
    public var packets: Iterator {
        @_lifetime(copy self) get { Iterator(bytes) }
    }

    /// Gives one packet after the other.
    public struct Iterator: ~Escapable {
        private let bytes: RawSpan
        private var offset = 0

        @_lifetime(copy bytes) init(_ bytes: RawSpan) {
            self.bytes = bytes
        }

        /// The next packet, `nil` after the last.
        @_lifetime(copy self) public mutating func next() -> RTCPPacketView? {
            do throws(RTCPParseError) {
                let header = try RTCPHeader(validating: bytes, at: offset)
                let start = offset
                offset &+= header.byteCount
                return try RTCPPacketView(bytes.extracting(start..<offset))
            } catch {
                return nil
            }
        }
    }
}
