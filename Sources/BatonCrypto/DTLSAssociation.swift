public import BatonBase
internal import COpenSSL

/// One DTLS-SRTP association (RFC 5763, 5764): datagrams in, datagrams and keys out.
///
/// After each call that takes the time, take what there is: ``nextDatagram(into:)`` until 0,
/// ``nextEvent()`` until `nil`, and ``nextDeadline``. It lives on the thread of its context.
///
/// Once connected it holds memory only; no media packet has to do with it. Keep it all the same:
/// when the peer misses the end of the handshake it sends its last flight again.
@safe public struct DTLSAssociation: ~Copyable {
    /// Which side of the handshake this is.
    public let role: Role
    /// How far it is.
    public internal(set) var state: State = .new
    /// What was agreed on; there from the end of the handshake on, also after the association.
    public internal(set) var connection: DTLSConnection?
    /// What has been seen.
    public internal(set) var counters = DTLSCounters()

    /// OpenSSL's side, until the association is over.
    var ssl: OpaquePointer?
    let context: DTLSContext
    let wire: DTLSWire
    var events: [DTLSEvent] = []
    /// When the last flight is sent again.
    var retransmissionDeadline: Instant?
    /// When the handshake is given up.
    var giveUpDeadline: Instant?
    /// When OpenSSL's memory is given back.
    var releaseDeadline: Instant?
    /// How long the last flight waits for an answer.
    var retransmissionTime: Duration
    /// The encrypted records that came before the handshake's end.
    var recordsAhead = 0

    /// Who begins the handshake: the `a=setup` of RFC 4145 §4 as RFC 5763 §5 uses it.
    public enum Role: Hashable, Sendable {
        /// The DTLS client: sends the ClientHello.
        case active
        /// The DTLS server: waits for it.
        case passive
    }

    /// The stages of an association's life.
    public enum State: Hashable, Sendable {
        /// Nothing was sent yet. Next: `connecting`.
        case new
        /// The handshake runs.
        case connecting
        /// The handshake is over; the peer's fingerprint is not known yet.
        case awaitingFingerprint
        /// The keys have been given.
        case connected
        /// It came to nothing. The end.
        case failed
        /// This side or the peer ended it. The end.
        case closed
    }

    /// Prepares an association.
    /// - Parameters:
    ///   - fingerprints: those of the peer's SDP; none when they are not known yet.
    ///   - mtu: the longest datagram to send, in bytes; that of the settings when `nil`.
    /// - Throws: ``DTLSError`` when OpenSSL has no memory.
    public init(
        _ context: DTLSContext, role: Role, fingerprints: [CertificateFingerprint] = [],
        mtu: Int? = nil
    ) throws(DTLSError) {
        self.context = context
        self.role = role
        let settings = context.settings
        retransmissionTime = settings.retransmissionTime
        wire = DTLSWire(
            mtu: max(mtu ?? settings.mtu, DTLSSettings.leastMTU),
            timerMicroseconds: settings.retransmissionTime.wholeMicroseconds,
            cookie: settings.asksForCookie ? SystemRandom.bytes(16) : [])
        let ssl = try unsafe context.makeSSL(wire)
        unsafe self.ssl = unsafe ssl
        switch role {
        case .active: unsafe SSL_set_connect_state(ssl)
        case .passive: unsafe SSL_set_accept_state(ssl)
        }
        setFingerprints(fingerprints)
    }

    deinit { unsafe SSL_free(ssl) }
}

// MARK: - What callers use

extension DTLSAssociation {
    /// When ``handleTimeout(at:)`` wants to be called; `nil` while there is nothing to wait for.
    public var nextDeadline: Instant? {
        [retransmissionDeadline, giveUpDeadline, releaseDeadline].lazy.compactMap { $0 }.min()
    }

    /// What happened since the last call, the oldest first; `nil` when nothing did.
    public mutating func nextEvent() -> DTLSEvent? {
        events.isEmpty ? nil : events.removeFirst()
    }

    /// Writes the next datagram to send to the start of `bytes`; gives its length, 0 when there is
    /// none. `bytes` must hold as many as the MTU.
    public mutating func nextDatagram(into bytes: inout MutableRawSpan) -> Int {
        precondition(bytes.byteCount >= wire.mtu, "the buffer must hold a datagram of the MTU")
        return wire.takeDatagram(into: &bytes)
    }

    /// Begins: an active association sends its ClientHello, a passive one goes on waiting.
    public mutating func start(at now: Instant) {
        guard state == .new, role == .active else { return }
        advance(at: now)
    }

    /// Takes a datagram of the peer's that RFC 7983 §7 says is DTLS. It does the computing of one
    /// flight at most: the next one needs an answer to what was not sent before.
    public mutating func receive(_ datagram: borrowing RawSpan, at now: Instant) {
        counters.datagrams += 1
        guard let count = usableBytes(of: datagram) else { return }
        unsafe datagram.withUnsafeBytes { bytes in
            unsafe wire.incoming = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
            advance(at: now)
            unsafe wire.incoming = nil
        }
    }

    /// Sends the last flight again, gives up, or gives memory back, when the time for it has come.
    public mutating func handleTimeout(at now: Instant) {
        if let releaseDeadline, now >= releaseDeadline { release(at: now) }
        if let giveUpDeadline, now >= giveUpDeadline {
            fail(.timedOut)
            return
        }
        guard let retransmissionDeadline, now >= retransmissionDeadline else { return }
        retransmit(at: now)
    }

    /// Says what the peer's SDP says. A handshake that is over gives its keys, or fails, now.
    ///
    /// Only the fingerprints with the strongest hash function count, RFC 8122 §5.1. To be called
    /// once: other fingerprints than before mean another association (RFC 8842 §3.1); see
    /// ``isPeer(_:)``.
    public mutating func setFingerprints(_ fingerprints: [CertificateFingerprint]) {
        guard !fingerprints.isEmpty, wire.fingerprints == nil, unsafe ssl != nil else { return }
        let least: DigestFunction = context.settings.acceptsSHA1Fingerprints ? .sha1 : .sha256
        let usable = fingerprints.filter { $0.function.strength >= least.strength }
        guard let strongest = usable.map(\.function.strength).max() else {
            abort(.fingerprintTooWeak)
            return
        }
        wire.fingerprints = usable.filter { $0.function.strength == strongest }
        if state == .awaitingFingerprint { identifyPeer() }
    }

    /// Whether SDP with these fingerprints speaks of the peer that this association is for; when
    /// not, a new association is to be made (RFC 8842 §3.1).
    public func isPeer(_ fingerprints: [CertificateFingerprint]) -> Bool {
        guard let known = wire.fingerprints else { return true }
        guard unsafe ssl != nil, connection != nil else {
            return !Set(known).isDisjoint(with: fingerprints)
        }
        return unsafe CertificateBuilder.accepts(SSL_get0_peer_certificate(ssl), fingerprints)
    }

    /// Ends the association, telling the peer if the handshake is over. No event follows.
    public mutating func close() {
        sendCloseNotify()
        end(.closed)
    }
}
