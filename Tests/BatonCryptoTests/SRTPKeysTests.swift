import BatonBase
import CSRTP
import Testing

@testable import BatonCrypto

@Suite("Master keys and their identifiers (RFC 3711 §3.1, RFC 4568 §6.1, §6.3)")
struct SRTPKeysTests {
    private func keys(
        _ profile: SRTPProtectionProfile, parameters: SRTPSessionParameters = []
    ) -> SRTPKeys {
        SRTPKeys(
            profile: profile,
            masterKeys: (0..<3).map { .counting(profile, from: $0 * 70, identifier: [0, $0]) },
            parameters: parameters)
    }

    @Test(
        "each packet names its key, and the sender goes from one to another",
        arguments: SRTPProtectionProfile.allCases)
    func severalKeys(_ profile: SRTPProtectionProfile) throws {
        var pair = try SRTPPair(keys(profile))
        var sequenceNumber: UInt16 = 0xfff0
        for index in [0, 1, 0, 2, 1] {
            let selected = pair.sender.selectMasterKey(at: index)
            #expect(selected && pair.sender.masterKeyIndex == index)
            for _ in 0..<5 {
                let packet = rtpPacket(sequenceNumber)
                let protected = try pair.sender.apply(.protectRTP, packet)
                let tag = profile.isGCM ? 0 : profile.rtpTagBytes
                #expect(Array(protected.dropLast(tag).suffix(2)) == [0, UInt8(index)])
                #expect(try pair.receiver.apply(.unprotectRTP, protected) == packet)
                #expect(pair.receiver.refusal(.unprotectRTP, protected) == .replayed)
                let report = try pair.sender.apply(.protectRTCP, rtcpPacket())
                let reportTag = profile.isGCM ? 0 : profile.rtcpTagBytes
                #expect(Array(report.dropLast(reportTag).suffix(2)) == [0, UInt8(index)])
                #expect(try pair.receiver.apply(.unprotectRTCP, report) == rtcpPacket())
                sequenceNumber &+= 1
            }
        }
        // The counter belongs to the source and outlives a key (RFC 3711 §3.3.1).
        #expect(pair.receiver.rollOverCounter(of: 0xcafe_babe) == 1)
        let beyond = pair.sender.selectMasterKey(at: 3)
        let before = pair.sender.selectMasterKey(at: -1)
        #expect(!beyond && !before && pair.sender.masterKeyIndex == 1)
    }

    @Test("an identifier that was not agreed is refused", arguments: SRTPProtectionProfile.allCases)
    func unknownIdentifier(_ profile: SRTPProtectionProfile) throws {
        var sender = try SRTPContext(
            .counting(profile, identifier: [0, 9]), direction: .outbound)
        var receiver = try SRTPContext(keys(profile), direction: .inbound)
        let media = try sender.apply(.protectRTP, rtpPacket(1))
        let report = try sender.apply(.protectRTCP, rtcpPacket())
        #expect(receiver.refusal(.unprotectRTP, media) == .mkiUnknown)
        #expect(receiver.refusal(.unprotectRTCP, report) == .mkiUnknown)
    }

    @Test("an unauthenticated session takes anything, and encrypts and numbers all the same")
    func unauthenticated() throws {
        let profile = SRTPProtectionProfile.aes128CMSHA1Tag80
        var pair = try SRTPPair(.counting(profile, parameters: .unauthenticatedSRTP))
        let packet = rtpPacket(1, payload: [UInt8](repeating: 0, count: 100))
        let protected = try pair.sender.apply(.protectRTP, packet)
        #expect(protected.count == packet.count && protected != packet)
        #expect(try pair.receiver.apply(.unprotectRTP, protected) == packet)
        #expect(pair.receiver.refusal(.unprotectRTP, protected) == .replayed)
        // RTCP is always authenticated (RFC 3711 §3.4).
        var report = try pair.sender.apply(.protectRTCP, rtcpPacket())
        report[report.count - 1] ^= 1
        #expect(pair.receiver.refusal(.unprotectRTCP, report) == .authenticationFailed)
    }

    @Test("what does not fit the profile is named")
    func badLengths() {
        for profile in SRTPProtectionProfile.allCases {
            let good = SRTPMasterKey.counting(profile)
            var keys = SRTPKeys(profile: profile, masterKeys: [good])
            keys.masterKeys[0].key.removeLast()
            #expect(
                failure(keys)
                    == .keyLength(
                        expected: profile.masterKeyBytes, given: profile.masterKeyBytes - 1))
            keys.masterKeys[0] = good
            keys.masterKeys[0].salt.append(0)
            #expect(
                failure(keys)
                    == .saltLength(
                        expected: profile.masterSaltBytes, given: profile.masterSaltBytes + 1))
            #expect(failure(SRTPKeys(profile: profile, masterKeys: [])) == .masterKeyCount(0))
        }
    }

    @Test("identifiers are of one length, 1…128 bytes, different, and there when there are several")
    func badIdentifiers() throws {
        let profile = SRTPProtectionProfile.aes128GCM
        let make = { (identifiers: [[UInt8]]) in
            SRTPKeys(
                profile: profile,
                masterKeys: identifiers.map { .counting(profile, identifier: $0) })
        }
        let long = [UInt8](repeating: 1, count: 128)
        for bad in [[[], []], [[1], []], [[], [1]], [[1], [1, 2]], [[1], [1]], [long + [0]]] {
            #expect(failure(make(bad)) == .masterKeyIdentifiers, "\(bad)")
        }
        for good in [[[]], [[0]], [[1], [2]], [long], (0..<16).map { [$0] }] {
            #expect(failure(make(good)) == nil, "\(good)")
        }
        #expect(failure(make((0..<17).map { [$0] })) == .masterKeyCount(17))
    }

    @Test("parameters and settings that cannot be served are named")
    func badSettings() {
        for parameters in [SRTPSessionParameters.unencryptedSRTP, .unauthenticatedSRTP] {
            #expect(
                failure(.counting(.aes256GCM, parameters: parameters)) == .parametersNotForGCM)
            #expect(failure(.counting(.aes256CMSHA1Tag80, parameters: parameters)) == nil)
        }
        #expect(failure(.counting(.aes256GCM, parameters: .unencryptedSRTCP)) == nil)
        var settings = SRTPSettings()
        for window in [0, 63, 32_768] {
            settings.replayWindowPackets = window
            #expect(failure(.counting(.aes128GCM), settings) == .replayWindow(window))
        }
        settings = SRTPSettings()
        for limit in [0, 1_025] {
            settings.sourceLimit = limit
            #expect(failure(.counting(.aes128GCM), settings) == .sourceLimit(limit))
        }
        settings.sourceLimit = 1
        #expect(failure(.counting(.aes128GCM), settings, [1: 1, 2: 1]) == .sourceLimit(1))
    }

    private func failure(
        _ keys: SRTPKeys, _ settings: SRTPSettings = SRTPSettings(),
        _ rollOverCounters: [UInt32: UInt32] = [:]
    ) -> SRTPSetupError? {
        do throws(SRTPSetupError) {
            let context = try SRTPContext(
                keys, direction: .inbound, settings: settings, rollOverCounters: rollOverCounters)
            return context.profile == keys.profile ? nil : .masterKeyIdentifiers
        } catch { return error }
    }

    @Test(
        "what a DTLS client sends, its server understands, and the other way round",
        arguments: SRTPProtectionProfile.allCases)
    func keysOfDTLS(_ profile: SRTPProtectionProfile) throws {
        let material = (0..<DTLSKeys.materialBytes(profile)).map { UInt8($0) }
        let client = try #require(DTLSKeys(profile, material: material, isClient: true))
        let server = try #require(DTLSKeys(profile, material: material, isClient: false))
        #expect(client.outbound != client.inbound)
        for (one, other) in [(client, server), (server, client)] {
            var sender = try SRTPContext(one.outbound, direction: .outbound)
            var receiver = try SRTPContext(other.inbound, direction: .inbound)
            let protected = try sender.apply(.protectRTP, rtpPacket(1))
            #expect(try receiver.apply(.unprotectRTP, protected) == rtpPacket(1))
        }
    }

    @Test("descriptions and dumps do not show a key")
    func hidesKeys() {
        let masterKey = SRTPMasterKey(
            key: [UInt8](repeating: 213, count: 16), salt: [UInt8](repeating: 214, count: 14),
            identifier: [1])
        let keys = SRTPKeys(profile: .aes128CMSHA1Tag80, masterKeys: [masterKey])
        var dumped = ""
        dump(keys, to: &dumped)
        dump(masterKey, to: &dumped)
        for text in ["\(masterKey)", "\(keys)", String(reflecting: keys), dumped] {
            #expect(!text.contains("213") && !text.contains("214"), "\(text)")
            #expect(text.contains("16 + 14 bytes"), "\(text)")
        }
    }
}

@Suite("Statuses and events of libsrtp2")
struct SRTPStatusTests {
    @Test("each status that a packet can cause has its error")
    func statuses() {
        let expected: [(srtp_err_status_t, SRTPError)] = [
            (srtp_err_status_auth_fail, .authenticationFailed),
            (srtp_err_status_replay_fail, .replayed), (srtp_err_status_replay_old, .tooOld),
            (srtp_err_status_pkt_idx_old, .tooOld), (srtp_err_status_bad_param, .malformed),
            (srtp_err_status_parse_err, .malformed), (srtp_err_status_cant_check, .malformed),
            (srtp_err_status_key_expired, .keyExpired), (srtp_err_status_bad_mki, .mkiUnknown),
            (srtp_err_status_alloc_fail, .library(code: 3)),
        ]
        for (status, error) in expected { #expect(SRTPError(status) == error) }
    }

    @Test("a key that nears its end leaves word with its own session only")
    func keyWarning() throws {
        let keys = SRTPKeys.counting(.aes128GCM)
        let policy = SRTPPolicy(keys, direction: .outbound, settings: SRTPSettings(), use: .media)
        var sessions: [OpaquePointer?] = []
        var warnings = [false, false]
        defer { for session in sessions { srtp_dealloc(session) } }
        try SRTPLibrary.start()
        warnings.withUnsafeMutableBufferPointer { warnings in
            for index in 0..<2 {
                var session: OpaquePointer?
                policy.withAnySource { _ = srtp_create(&session, $0) }
                srtp_set_user_data(session, warnings.baseAddress.map { $0 + index })
                sessions.append(session)
            }
            for event in [event_ssrc_collision, event_key_hard_limit, event_packet_index_limit] {
                var data = srtp_event_data_t(session: sessions[0], ssrc: 1, event: event)
                noteSRTPEvent(&data)
            }
            #expect(!warnings[0] && !warnings[1])
            var data = srtp_event_data_t(
                session: sessions[1], ssrc: 1, event: event_key_soft_limit)
            noteSRTPEvent(&data)
            #expect(!warnings[0] && warnings[1])
        }
    }

    @Test("failures of the start say what failed")
    func startErrors() {
        let errors: [(SRTPStartError, String)] = [
            (.library(code: 5), "5"), (.algorithmMissing("AES-128-CTR"), "AES-128-CTR"),
            (.selfTest(algorithm: "HMAC-SHA1", code: 11), "HMAC-SHA1"),
            (.roundTrip(.aes256GCM, "a packet comes out changed"), "aes256GCM"),
        ]
        for (error, word) in errors { #expect("\(error)".contains(word)) }
        #expect("\(SRTPSetupError.start(.algorithmMissing("AES-128-CTR")))".contains("AES-128-CTR"))
        #expect("\(SRTPSetupError.keyLength(expected: 16, given: 15))".contains("15 bytes"))
        #expect("\(SRTPSetupError.replayWindow(9))".hasSuffix("not 9"))
    }
}
