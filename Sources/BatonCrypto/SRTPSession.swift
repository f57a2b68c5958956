internal import BatonBase
internal import CSRTP

/// A session of libsrtp2 with the list of its sources, which libsrtp2 does not bound.
@safe
struct SRTPSession: ~Copyable {
    /// How many sources were forgotten for others.
    private(set) var forgottenSources: UInt64 = 0
    private let session: OpaquePointer
    /// Where the event handler of libsrtp2 leaves word.
    private let keyWarning: UnsafeMutablePointer<Bool>
    private let direction: SRTPDirection
    private let forgetsSources: Bool
    private var sources: SRTPSourceTable

    /// What is done to a packet.
    enum Operation {
        case protectRTP(keyIndex: UInt32, hasIdentifier: Bool)
        case protectRTCP(keyIndex: UInt32, hasIdentifier: Bool)
        case unprotectRTP(hasIdentifier: Bool)
        case unprotectRTCP(hasIdentifier: Bool)
    }

    /// A session; `rollOverCounters` by SSRC are those of sources that went on before.
    static func make(
        _ policy: borrowing SRTPPolicy, direction: SRTPDirection, settings: SRTPSettings,
        rollOverCounters: [UInt32: UInt32]
    ) throws(SRTPSetupError) -> SRTPSession {
        var created: OpaquePointer?
        let status = unsafe policy.withAnySource { unsafe srtp_create(&created, $0) }
        guard status == srtp_err_status_ok, let created = unsafe created else {
            throw .library(code: Int(status.rawValue))
        }
        var session = unsafe SRTPSession(created, direction, settings)
        for (ssrc, counter) in rollOverCounters where counter > 0 {
            try session.add(ssrc, rollOverCounter: counter, policy)
        }
        return session
    }

    private init(_ session: OpaquePointer, _ direction: SRTPDirection, _ settings: SRTPSettings) {
        unsafe self.session = session
        unsafe keyWarning = .allocate(capacity: 1)
        unsafe keyWarning.initialize(to: false)
        unsafe srtp_set_user_data(session, keyWarning)
        self.direction = direction
        forgetsSources = settings.forgetsSources
        sources = SRTPSourceTable(limit: settings.sourceLimit)
    }

    deinit {
        unsafe srtp_dealloc(session)
        unsafe keyWarning.deallocate()
    }

    /// The key nears its end: fewer than 65,536 RTP packets are left.
    var keyNearsExpiry: Bool { unsafe keyWarning.pointee }

    /// The roll-over counters of all sources, by SSRC.
    var rollOverCounters: [UInt32: UInt32] {
        var counters: [UInt32: UInt32] = [:]
        for ssrc in sources.ssrcs { counters[ssrc] = rollOverCounter(of: ssrc) }
        return counters
    }

    /// The roll-over counter of `ssrc`; nil for a source without state.
    func rollOverCounter(of ssrc: UInt32) -> UInt32? {
        guard let initial = sources.initialRollOverCounter(of: ssrc) else { return nil }
        var counter: UInt32 = 0
        let status = unsafe srtp_get_stream_roc(session, ssrc, &counter)
        // libsrtp2 says 0 until the first packet comes, and a counter does not go back.
        return status == srtp_err_status_ok ? max(initial, counter) : initial
    }

    /// Adds a source that went on before. The keys are derived anew for it: a session of libsrtp2
    /// has sources of its own making only once they have sent.
    private mutating func add(
        _ ssrc: UInt32, rollOverCounter: UInt32, _ policy: borrowing SRTPPolicy
    ) throws(SRTPSetupError) {
        let session = unsafe session
        var status = unsafe policy.with(ssrc: ssrc) { unsafe srtp_add_stream(session, $0) }
        if status == srtp_err_status_ok {
            status = unsafe srtp_set_stream_roc(session, ssrc, rollOverCounter)
        }
        guard status == srtp_err_status_ok else { throw .library(code: Int(status.rawValue)) }
        sources.insert(ssrc, initialRollOverCounter: rollOverCounter)
    }

    /// Protects or unprotects the first `byteCount` bytes, and gives their new number.
    ///
    /// The bytes behind them have room for the trailer; that, and ``SRTPPacketBounds``, the caller
    /// has looked at.
    mutating func process(
        _ operation: Operation, _ packet: inout MutableRawSpan, byteCount: Int, ssrc: UInt32
    ) throws(SRTPError) -> Int {
        let isKnown = sources.touch(ssrc)
        if !isKnown {
            guard forgetsSources || !sources.isFull else { throw .tooManySources }
            // libsrtp2 adds an outbound source whatever becomes of the packet, an inbound one only
            // when the packet is authentic.
            if direction == .outbound { adopt(ssrc) }
        }
        guard var length = Int32(exactly: byteCount) else { throw .malformed }
        let session = unsafe session
        let status = unsafe packet.withUnsafeMutableBytes { bytes in
            unsafe Self.call(operation, session, bytes.baseAddress, &length)
        }
        guard status == srtp_err_status_ok else { throw SRTPError(status) }
        if !isKnown, direction == .inbound { adopt(ssrc) }
        return Int(length)
    }

    /// Notes a source that libsrtp2 adds, and forgets another when there are too many.
    private mutating func adopt(_ ssrc: UInt32) {
        if sources.isFull, let forgotten = sources.removeLongestUnused() {
            // This function of libsrtp2, unlike the others, takes the SSRC in network byte order.
            unsafe srtp_remove_stream(session, forgotten.bigEndian)
            forgottenSources &+= 1
        }
        sources.insert(ssrc)
    }

    private static func call(
        _ operation: Operation, _ session: OpaquePointer, _ bytes: UnsafeMutableRawPointer?,
        _ length: inout Int32
    ) -> srtp_err_status_t {
        switch operation {
        case .protectRTP(let keyIndex, let hasIdentifier):
            unsafe srtp_protect_mki(session, bytes, &length, hasIdentifier ? 1 : 0, keyIndex)
        case .protectRTCP(let keyIndex, let hasIdentifier):
            unsafe srtp_protect_rtcp_mki(session, bytes, &length, hasIdentifier ? 1 : 0, keyIndex)
        case .unprotectRTP(let hasIdentifier):
            unsafe srtp_unprotect_mki(session, bytes, &length, hasIdentifier ? 1 : 0)
        case .unprotectRTCP(let hasIdentifier):
            unsafe srtp_unprotect_rtcp_mki(session, bytes, &length, hasIdentifier ? 1 : 0)
        }
    }
}

/// The event handler of the process: a key that nears its end leaves word with its session.
///
/// It runs inside the call that protects or unprotects, on the session's own thread.
func noteSRTPEvent(_ event: UnsafeMutablePointer<srtp_event_data_t>?) {
    guard let event = unsafe event?.pointee, unsafe event.event == event_key_soft_limit else {
        return
    }
    let warning = unsafe srtp_get_user_data(event.session)?.assumingMemoryBound(to: Bool.self)
    unsafe warning?.pointee = true
}

extension SRTPError {
    /// The meaning of a status of libsrtp2 that is not `ok`.
    init(_ status: srtp_err_status_t) {
        switch status {
        case srtp_err_status_auth_fail: self = .authenticationFailed
        case srtp_err_status_replay_fail: self = .replayed
        case srtp_err_status_replay_old, srtp_err_status_pkt_idx_old: self = .tooOld
        case srtp_err_status_bad_param, srtp_err_status_parse_err, srtp_err_status_cant_check:
            self = .malformed
        case srtp_err_status_key_expired: self = .keyExpired
        case srtp_err_status_bad_mki: self = .mkiUnknown
        default: self = .library(code: Int(status.rawValue))
        }
    }
}
