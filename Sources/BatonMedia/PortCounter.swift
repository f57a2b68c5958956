/// The columns of a port's row in the worker's counter arena.
///
/// The worker writes them, everybody reads them. Counts run from the port's opening; bytes are UDP
/// payload bytes. The first eight columns share a cache line: all that an RTP packet writes.
public enum PortCounter: Int, CaseIterable, Sendable {
    /// RTP (or opaque) packets accepted from the peer.
    case packetsIn
    /// Their bytes.
    case bytesIn
    /// When the last packet was accepted: nanoseconds of the monotonic clock, 0 for never.
    case lastPacketInNanoseconds
    /// RTP (or opaque) packets sent to the peer.
    case packetsOut
    /// Their bytes.
    case bytesOut
    /// 1 once the endpoint is confirmed.
    case isConfirmed
    /// RTCP packets accepted from the peer, on this port.
    case rtcpPacketsIn
    /// Their bytes.
    case rtcpBytesIn
    /// RTCP packets sent to the peer, by this port.
    case rtcpPacketsOut
    /// Their bytes.
    case rtcpBytesOut
    /// Dropped: the source IP is no candidate (RTP bleed, injection).
    case droppedForeignSource
    /// Dropped: a candidate IP, but not the confirmed address and port.
    case droppedAfterConfirmation
    /// Dropped: neither RTP nor RTCP (version, length), or RTP where only RTCP belongs.
    case droppedMalformed
    /// Dropped: longer than the receive slot.
    case droppedTruncated
    /// Dropped: no route, or the sink has no remote address (held, not answered yet).
    case droppedNoDestination
    /// Dropped: so late after a change of source that a continuous sink has no place for it.
    case droppedTooLate
    /// Not sent: the kernel refused (buffer full, unreachable, …).
    case sendErrors
    /// Datagrams that the kernel dropped because the receive queue was full.
    case receiveQueueDrops
    /// Sources that found no place in the statistics table.
    case untrackedSources
    /// How often the remote address changed by learning.
    case endpointChanges
    /// The remote address in use: family (4, 6, 0 for none) << 16 | port.
    case remoteFamilyAndPort
    /// The remote address in use: the first 64 bits of its IP.
    case remoteHigh
    /// The remote address in use: the last 64 bits of its IP.
    case remoteLow
    /// The last packet dropped for its source: family << 16 | port, 0 for none.
    case foreignFamilyAndPort
    /// The last packet dropped for its source: the first 64 bits of its IP.
    case foreignHigh
    /// The last packet dropped for its source: the last 64 bits of its IP.
    case foreignLow
    /// Dropped: packets that are not protected, or while there are no keys.
    case droppedWithoutKeys
    /// Dropped: SRTP or SRTCP that is forged, damaged, or made with other keys.
    case droppedUnauthenticated
    /// Dropped: SRTP or SRTCP that has been there before, or is older than can be told.
    case droppedReplayed
    /// Dropped: DTLS datagrams that came faster than handshakes are worked on.
    case droppedHandshakes
    /// Not sent: packets that could not be protected.
    case protectionErrors
    /// STUN messages from the peer.
    case stunMessagesIn
    /// DTLS datagrams from the peer.
    case dtlsDatagramsIn
    /// How far ICE has come: an ``ICEState``.
    case iceState
    /// How far the DTLS handshake has come: a ``HandshakeState``.
    case dtlsState
    /// Dropped: the port is blocked.
    case droppedBlocked
    /// Dropped: the receiver is played to.
    case droppedReplaced
    /// Packets that the playback at hand has sent to the peer, those of silence included.
    case packetsPlayed
    /// Dropped: RTP of a payload type that was not agreed on, where codecs are converted.
    case droppedPayloadType
    /// Dropped: RTP that was to be converted by a transcoder that could not be made.
    case droppedUnconverted
    /// Dropped: RTP that belongs to none of the lines which share the port.
    case droppedUnassociated
    /// What becomes of RTP that arrives: a ``RouteKind``.
    case routeKind
    /// Lost packets that were made up for in a conversion.
    case concealedPackets
    /// Lost packets that were recovered from later ones (Opus FEC).
    case recoveredPackets
    /// Packets that came too late for a conversion.
    case latePackets
    /// Packets whose payload could not be decoded.
    case malformedPayloads
    /// Keys that the peer has pressed.
    case digits
    /// Keys that came too fast to be told of one by one.
    case unreportedDigits
    /// Packets of which the recorder got no copy because it was behind.
    case unrecordedPackets
    /// Dropped: feedback messages that the other side cannot use.
    case droppedFeedback
    /// The time from here to the peer and back in microseconds, by its reports; 0 for unknown.
    case roundTripMicroseconds
    /// What the peer lost of what it was sent since its report before, in 1/256.
    case remoteFractionLost
    /// What the peer lost of what it was sent, in packets.
    case remotePacketsLost
    /// The profile that protects packets, as ``SRTPProtectionProfile``; 0 for none.
    case protectionProfile
    /// The door that ICE has chosen, as 1 more than its slot's number; 0 for the port itself.
    case doorInUse
    /// How loud the last audio was that was looked at, as 1 less its dBov (1…128); 0 for unknown.
    case audioLevel
    /// When audio louder than ``RelayCore/audibleDBov`` was last seen: nanoseconds of the monotonic
    /// clock, 0 for never.
    case lastAudibleNanoseconds

    /// Where the first source block begins: on the next cache line behind the last single counter.
    @inlinable public static var firstSourceColumn: Int {
        (PortCounter.lastAudibleNanoseconds.rawValue + 8) & ~7
    }
    /// How many RTP sources (SSRCs) a port keeps statistics of.
    @inlinable public static var sourcesPerPort: Int { 4 }
    /// The width of a row.
    @inlinable public static var columnCount: Int {
        firstSourceColumn + sourcesPerPort * SourceCounter.columnCount
    }
}

/// The columns of one RTP source's block, behind the port's own counters. A packet in sequence
/// writes the first eight.
public enum SourceCounter: Int, CaseIterable, Sendable {
    /// The SSRC, plus 1 << 32 to mark the block as used.
    case ssrc
    /// Packets received, duplicates excluded.
    case packets
    /// Their bytes.
    case bytes
    /// Expected less received (RFC 3550 §A.3), as a signed number in two's complement.
    case lost
    /// Interarrival jitter in microseconds (RFC 3550 §A.8).
    case jitterMicroseconds
    /// The highest sequence number with its cycles in the upper bits.
    case extendedSequenceNumber
    /// The timestamp of the last packet.
    case timestamp
    /// The payload type of the last packet.
    case payloadType
    /// Packets that arrived after a later one.
    case reordered
    /// Packets that arrived twice.
    case duplicates
    /// How often the source started anew (a jump of the sequence number).
    case restarts

    /// The width of a block.
    @inlinable public static var columnCount: Int { SourceCounter.restarts.rawValue + 1 }
}
