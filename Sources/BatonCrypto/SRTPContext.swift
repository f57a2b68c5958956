internal import BatonBase

/// One direction of one party's RTP and RTCP under the keys that were agreed for it (RFC 3711
/// §3.2): the replay windows, roll-over counters and session keys of up to a limit of sources.
///
/// Of one thread: whoever sends packets makes the context from ``SRTPKeys``, which any thread may
/// hand over. Nothing is allocated for a packet but the first of a source.
///
/// Where packets carry an identifier and the tags of RTP and RTCP differ in length, RTCP has a
/// session of libsrtp2 of its own: libsrtp2 before 2.7 looks for the identifier of an RTCP packet
/// where the tag of RTP would leave it.
public struct SRTPContext: ~Copyable {
    /// The greatest number of bytes by which a packet grows: a tag of 16, an SRTCP index of 4, and
    /// an identifier of 128.
    public static let tailroomBytes = 16 + 4 + SRTPMasterKey.greatestIdentifierBytes

    /// Whether it protects or unprotects.
    public let direction: SRTPDirection
    /// The ciphers and lengths.
    public let profile: SRTPProtectionProfile
    /// By how many bytes an RTP packet grows.
    public let rtpExpansionBytes: Int
    /// By how many bytes an RTCP packet grows.
    public let rtcpExpansionBytes: Int
    /// Outbound: the place in ``SRTPKeys/masterKeys`` of the key that protects.
    public private(set) var masterKeyIndex = 0

    private let masterKeyCount: Int
    private let hasIdentifier: Bool
    private var media: SRTPSession
    private var control: SRTPSession?

    /// A context for `keys`; libsrtp2 is made ready first, if it is not.
    ///
    /// `rollOverCounters`, by SSRC, let sources go on where another context left off: the first
    /// packet of such a source is taken to be under that counter. SRTCP has its index in each
    /// packet: an inbound context needs nothing, and an outbound one starts over at 1, which the
    /// peer takes for replays. So keys that have protected RTCP need a new agreement to go on in
    /// another context.
    /// - Throws: `SRTPSetupError`.
    public init(
        _ keys: SRTPKeys, direction: SRTPDirection, settings: SRTPSettings = SRTPSettings(),
        rollOverCounters: [UInt32: UInt32] = [:]
    ) throws(SRTPSetupError) {
        do throws(SRTPStartError) { try SRTPLibrary.start() } catch { throw .start(error) }
        try self.init(
            started: keys, direction: direction, settings: settings,
            rollOverCounters: rollOverCounters)
    }

    /// The same, for the self test that is part of the start.
    init(
        started keys: SRTPKeys, direction: SRTPDirection, settings: SRTPSettings,
        rollOverCounters: [UInt32: UInt32]
    ) throws(SRTPSetupError) {
        try keys.validate()
        try settings.validate(knownSources: rollOverCounters.count)
        let media = try SRTPSession.make(
            SRTPPolicy(keys, direction: direction, settings: settings, use: .media),
            direction: direction, settings: settings, rollOverCounters: rollOverCounters)
        let control = try Self.control(keys, direction, settings)
        self.init(keys, direction, media, control)
    }

    private init(
        _ keys: SRTPKeys, _ direction: SRTPDirection, _ media: consuming SRTPSession,
        _ control: consuming SRTPSession?
    ) {
        self.direction = direction
        profile = keys.profile
        masterKeyCount = keys.masterKeys.count
        hasIdentifier = keys.identifierBytes > 0
        rtpExpansionBytes = keys.rtpTagBytes + keys.identifierBytes
        rtcpExpansionBytes = profile.rtcpTagBytes + 4 + keys.identifierBytes
        self.media = media
        self.control = control
    }

    /// A session for RTCP alone, where it is needed.
    private static func control(
        _ keys: SRTPKeys, _ direction: SRTPDirection, _ settings: SRTPSettings
    ) throws(SRTPSetupError) -> SRTPSession? {
        guard keys.identifierBytes > 0, keys.rtpTagBytes != keys.profile.rtcpTagBytes else {
            return nil
        }
        return try SRTPSession.make(
            SRTPPolicy(keys, direction: direction, settings: settings, use: .control),
            direction: direction, settings: settings, rollOverCounters: [:])
    }
}

extension SRTPContext {
    /// How many sources were forgotten for new ones.
    public var forgottenSources: UInt64 {
        switch control {
        case .some(let control): media.forgottenSources &+ control.forgottenSources
        case .none: media.forgottenSources
        }
    }

    /// Fewer than 65,536 of the 2^48 RTP packets are left that a master key may protect: new keys
    /// are to be agreed.
    public var keyNearsExpiry: Bool { media.keyNearsExpiry }

    /// The roll-over counter of `ssrc` (RFC 3711 §3.3.1); nil for a source without state.
    public func rollOverCounter(of ssrc: UInt32) -> UInt32? { media.rollOverCounter(of: ssrc) }

    /// The roll-over counters of all sources, by SSRC, for a context that takes over.
    public var rollOverCounters: [UInt32: UInt32] { media.rollOverCounters }

    /// Outbound: protects with another of the master keys from now on; false when there is no key
    /// at `index`.
    public mutating func selectMasterKey(at index: Int) -> Bool {
        guard 0..<masterKeyCount ~= index else { return false }
        masterKeyIndex = index
        return true
    }

    /// Encrypts and authenticates the RTP packet in the first `byteCount` bytes of `packet`, in
    /// place (RFC 3711 §3.3), and gives its new length.
    ///
    /// The bytes behind it have to have room for ``rtpExpansionBytes``.
    /// - Throws: ``SRTPError``; `tooOld` when the sequence number lies further behind than the
    ///   replay window, which the peer would drop too.
    public mutating func protectRTP(
        _ packet: inout MutableRawSpan, byteCount: Int
    ) throws(SRTPError) -> Int {
        precondition(direction == .outbound, "an inbound context does not protect")
        precondition(0...packet.byteCount ~= byteCount, "the packet lies in the span")
        let bounds = try SRTPPacketBounds(rtp: packet.bytes, byteCount: byteCount)
        guard packet.byteCount - byteCount >= rtpExpansionBytes else { throw .noRoom }
        return try media.process(
            .protectRTP(keyIndex: UInt32(masterKeyIndex), hasIdentifier: hasIdentifier), &packet,
            byteCount: byteCount, ssrc: bounds.ssrc)
    }

    /// Authenticates and decrypts the SRTP packet in the first `byteCount` bytes of `packet`, in
    /// place (RFC 3711 §3.3), and gives its new length.
    /// - Throws: ``SRTPError``; the packet is to be dropped, its bytes may have changed.
    public mutating func unprotectRTP(
        _ packet: inout MutableRawSpan, byteCount: Int
    ) throws(SRTPError) -> Int {
        precondition(direction == .inbound, "an outbound context does not unprotect")
        precondition(0...packet.byteCount ~= byteCount, "the packet lies in the span")
        let bounds = try SRTPPacketBounds(rtp: packet.bytes, byteCount: byteCount)
        guard byteCount - bounds.headerBytes >= rtpExpansionBytes else { throw .malformed }
        return try media.process(
            .unprotectRTP(hasIdentifier: hasIdentifier), &packet, byteCount: byteCount,
            ssrc: bounds.ssrc)
    }

    /// Encrypts and authenticates the compound RTCP packet in the first `byteCount` bytes of
    /// `packet`, in place (RFC 3711 §3.4), and gives its new length.
    ///
    /// The bytes behind it have to have room for ``rtcpExpansionBytes``.
    /// - Throws: ``SRTPError``.
    public mutating func protectRTCP(
        _ packet: inout MutableRawSpan, byteCount: Int
    ) throws(SRTPError) -> Int {
        precondition(direction == .outbound, "an inbound context does not protect")
        precondition(0...packet.byteCount ~= byteCount, "the packet lies in the span")
        let bounds = try SRTPPacketBounds(rtcp: packet.bytes, byteCount: byteCount)
        guard packet.byteCount - byteCount >= rtcpExpansionBytes else { throw .noRoom }
        return try processRTCP(
            .protectRTCP(keyIndex: UInt32(masterKeyIndex), hasIdentifier: hasIdentifier), &packet,
            byteCount: byteCount, ssrc: bounds.ssrc)
    }

    /// Authenticates and decrypts the SRTCP packet in the first `byteCount` bytes of `packet`, in
    /// place (RFC 3711 §3.4), and gives its new length.
    /// - Throws: ``SRTPError``; the packet is to be dropped, its bytes may have changed.
    public mutating func unprotectRTCP(
        _ packet: inout MutableRawSpan, byteCount: Int
    ) throws(SRTPError) -> Int {
        precondition(direction == .inbound, "an outbound context does not unprotect")
        precondition(0...packet.byteCount ~= byteCount, "the packet lies in the span")
        let bounds = try SRTPPacketBounds(rtcp: packet.bytes, byteCount: byteCount)
        guard byteCount - bounds.headerBytes >= rtcpExpansionBytes else { throw .malformed }
        return try processRTCP(
            .unprotectRTCP(hasIdentifier: hasIdentifier), &packet, byteCount: byteCount,
            ssrc: bounds.ssrc)
    }

    /// RTCP goes to its own session where there is one.
    private mutating func processRTCP(
        _ operation: SRTPSession.Operation, _ packet: inout MutableRawSpan, byteCount: Int,
        ssrc: UInt32
    ) throws(SRTPError) -> Int {
        let length = try control?.process(operation, &packet, byteCount: byteCount, ssrc: ssrc)
        if let length { return length }
        return try media.process(operation, &packet, byteCount: byteCount, ssrc: ssrc)
    }
}
