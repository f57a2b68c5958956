internal import BatonBase
internal import COpenSSL

// What happens between the calls of DTLSAssociation.swift and OpenSSL.
extension DTLSAssociation {
    /// Whether all messages of the handshake are there and were right.
    private var isHandshakeOver: Bool {
        switch state {
        case .new, .connecting, .failed, .closed: false
        case .awaitingFingerprint, .connected: true
        }
    }

    /// How much of `datagram` OpenSSL is to see; `nil` for none of it, which is counted.
    mutating func usableBytes(of datagram: borrowing RawSpan) -> Int? {
        guard unsafe ssl != nil, role == .passive || state != .new else {
            counters.afterEnd += 1
            return nil
        }
        guard datagram.byteCount <= context.settings.maximumDatagramBytes else {
            counters.oversized += 1
            return nil
        }
        guard
            let records = DTLSRecords(
                datagram, longestMessage: context.settings.maximumCertificateBytes)
        else {
            counters.malformed += 1
            return nil
        }
        return isHandshakeOver
            ? usableBytesAfterHandshake(of: records)
            : usableBytesInHandshake(of: records)
    }

    private mutating func usableBytesAfterHandshake(of records: DTLSRecords) -> Int? {
        if records.isApplicationDataOnly {
            counters.applicationData += 1
            return nil
        }
        if records.encryptedCount == 0 {
            counters.stale += 1
            return nil
        }
        return records.byteCount
    }

    private mutating func usableBytesInHandshake(of records: DTLSRecords) -> Int? {
        recordsAhead += records.encryptedCount
        guard records.encryptedCount > 0, recordsAhead > context.settings.maximumRecordsAhead else {
            return records.byteCount
        }
        counters.tooFarAhead += 1
        return records.clearBytes > 0 ? records.clearBytes : nil
    }

    /// Lets OpenSSL go on with what `wire` has.
    mutating func advance(at now: Instant) {
        guard unsafe ssl != nil else { return }
        OpenSSLErrors.clear()
        (wire.didStartTimer, wire.didStopTimer) = (false, false)
        if isHandshakeOver {
            // They were given back when the handshake was over.
            unsafe SSL_alloc_buffers(ssl)
        } else {
            handshake()
        }
        if isHandshakeOver { readAndDiscard() }
        if isHandshakeOver, unsafe ssl != nil { unsafe SSL_free_buffers(ssl) }
        followTimer(at: now)
    }

    private mutating func handshake() {
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 {
            finishHandshake()
        } else if unsafe SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ {
            fail(failureOfOpenSSL())
        } else if state == .new, !wire.isEmpty {
            state = .connecting
        }
    }

    /// Takes over OpenSSL's starting and stopping of its timer.
    private mutating func followTimer(at now: Instant) {
        guard state == .connecting else {
            (retransmissionDeadline, giveUpDeadline) = (nil, nil)
            if isHandshakeOver, releaseDeadline == nil, let time = context.settings.retentionTime {
                releaseDeadline = now + time
            }
            return
        }
        if giveUpDeadline == nil { giveUpDeadline = now + context.settings.handshakeTime }
        if wire.didStopTimer { retransmissionTime = context.settings.retransmissionTime }
        if wire.didStartTimer { retransmissionDeadline = now + retransmissionTime }
        if !wire.isTimerRunning { retransmissionDeadline = nil }
    }

    /// Sends the last flight again.
    mutating func retransmit(at now: Instant) {
        guard let ssl = unsafe ssl else { return }
        OpenSSLErrors.clear()
        let longest = DTLSSettings.longestRetransmissionTime
        let time = min(retransmissionTime * 2, longest)
        wire.timerMicroseconds = time.wholeMicroseconds
        let result = unsafe DTLSTimer.expire(ssl, wire)
        if result < 0 {
            fail(.timedOut)
        } else if result == 0 {
            // OpenSSL goes by the wall clock, which is behind.
            retransmissionDeadline = now + .milliseconds(10)
        } else {
            counters.retransmissions += 1
            retransmissionTime = time
            retransmissionDeadline = now + time
        }
    }

    // MARK: The handshake's end

    private mutating func finishHandshake() {
        guard let selected = unsafe SSL_get_selected_srtp_profile(ssl),
            let profile = unsafe SRTPProtectionProfile(
                rawValue: UInt16(truncatingIfNeeded: selected.pointee.id))
        else {
            abort(.noCommonProfile)
            return
        }
        let function = wire.fingerprints?.first?.function ?? .sha256
        let certificate = unsafe SSL_get0_peer_certificate(ssl)
        guard
            let fingerprint = unsafe CertificateBuilder.fingerprint(of: certificate, function)
        else {
            abort(.handshake("the peer has no certificate"))
            return
        }
        connection = unsafe DTLSConnection(
            version: String(cString: SSL_get_version(ssl)),
            cipher: String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))),
            peerFingerprint: fingerprint, profile: profile,
            usesExtendedMasterSecret: SSL_ctrl(ssl, SSL_CTRL_GET_EXTMS_SUPPORT, 0, nil) == 1)
        state = .awaitingFingerprint
        identifyPeer()
    }

    /// Gives the keys if the peer's certificate is the right one; waits if that cannot be known.
    mutating func identifyPeer() {
        guard let connection, let fingerprints = wire.fingerprints else { return }
        guard
            unsafe CertificateBuilder.accepts(SSL_get0_peer_certificate(ssl), fingerprints)
        else {
            abort(.fingerprintMismatch)
            return
        }
        guard let keys = exportKeys(connection.profile) else {
            abort(.handshake(OpenSSLErrors.takeReason() ?? "no keys to be had"))
            return
        }
        state = .connected
        events.append(.connected(keys))
    }

    /// RFC 5764 §4.2.
    private func exportKeys(_ profile: SRTPProtectionProfile) -> DTLSKeys? {
        let label = "EXTRACTOR-dtls_srtp"
        var material = [UInt8](repeating: 0, count: DTLSKeys.materialBytes(profile))
        let result = unsafe SSL_export_keying_material(
            ssl, &material, material.count, label, label.utf8.count, nil, 0, 0)
        guard result == 1 else { return nil }
        return DTLSKeys(profile, material: material, isClient: role == .active)
    }

    // MARK: After the handshake

    /// Has OpenSSL read what is left: late copies of the handshake, alerts, application data.
    private mutating func readAndDiscard() {
        var bytes = InlineArray<256, UInt8>(repeating: 0)
        var span = bytes.mutableSpan
        var result: CInt = 1
        while result > 0 {
            result = unsafe span.withUnsafeMutableBufferPointer {
                unsafe SSL_read(ssl, $0.baseAddress, CInt($0.count))
            }
        }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: peerClosed()
        default:
            // An alert ends the association. Whatever else OpenSSL may have against its peer, the
            // keys are agreed on, and SRTP goes on by itself.
            if OpenSSLErrors.peekAlert() != nil { peerClosed() } else { freeSSL() }
        }
    }

    private mutating func peerClosed() {
        sendCloseNotify()
        end(.closed)
        events.append(.closed)
    }

    /// Tells the peer that this side ends the association; before the handshake is over there is
    /// nothing to end.
    mutating func sendCloseNotify() {
        guard unsafe ssl != nil, unsafe SSL_is_init_finished(ssl) == 1 else { return }
        OpenSSLErrors.clear()
        unsafe SSL_alloc_buffers(ssl)
        unsafe SSL_shutdown(ssl)
    }

    // MARK: Ends

    /// Fails for a reason that OpenSSL does not know of. It has no alert for it; when the handshake
    /// is over, close_notify has to do.
    mutating func abort(_ failure: DTLSFailure) {
        sendCloseNotify()
        fail(failure)
    }

    mutating func fail(_ failure: DTLSFailure) {
        guard state != .failed, state != .closed else { return }
        end(.failed)
        events.append(.failed(failure))
    }

    /// Enters the last state. What is written already is still to be sent.
    mutating func end(_ last: State) {
        guard state != .failed, state != .closed else { return }
        state = last
        (retransmissionDeadline, giveUpDeadline) = (nil, nil)
        freeSSL()
    }

    /// Ends OpenSSL's part of a connected association; one that has no keys yet keeps it.
    mutating func release(at now: Instant) {
        guard state == .awaitingFingerprint, let time = context.settings.retentionTime else {
            freeSSL()
            return
        }
        releaseDeadline = now + time
    }

    private mutating func freeSSL() {
        releaseDeadline = nil
        unsafe SSL_free(ssl)
        unsafe ssl = nil
        unsafe wire.timerStorage = nil
    }

    private func failureOfOpenSSL() -> DTLSFailure {
        if wire.isRefused { return .fingerprintMismatch }
        if let alert = OpenSSLErrors.peekAlert() { return .alert(alert) }
        return .handshake(OpenSSLErrors.takeReason() ?? "no reason given")
    }
}

extension Duration {
    /// The duration in microseconds, clamped to 0 … 4,294 s.
    var wholeMicroseconds: UInt32 { UInt32(clamping: wholeNanoseconds / 1_000) }
}
