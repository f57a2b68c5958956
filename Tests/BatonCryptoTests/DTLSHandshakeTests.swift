import BatonBase
import BatonCrypto
import Testing

/// Checks that both sides have keys, and that what one sends with is what the other expects.
func expectEqualKeys(
    _ active: DTLSSimulation.Side, _ passive: DTLSSimulation.Side, _ comment: Comment? = nil
) throws {
    let keys = try #require(active.keys, comment)
    let mirrored = try #require(passive.keys, comment)
    #expect(keys.profile == mirrored.profile, comment)
    #expect(keys.localKey == mirrored.remoteKey, comment)
    #expect(keys.localSalt == mirrored.remoteSalt, comment)
    #expect(keys.remoteKey == mirrored.localKey, comment)
    #expect(keys.remoteSalt == mirrored.localSalt, comment)
    #expect(keys.localKey != keys.remoteKey && keys.localSalt != keys.remoteSalt, comment)
    #expect(active.state == .connected && passive.state == .connected, comment)
    // Keys are given once, and nothing else happens.
    #expect(active.events.count == 1 && passive.events.count == 1, comment)
}

@Suite("DTLS-SRTP handshakes, RFC 5764 §4")
struct DTLSHandshakeTests {
    private static let profiles: [SRTPProtectionProfile] = [
        .aes128GCM, .aes256GCM, .aes128CMSHA1Tag80, .aes128CMSHA1Tag32,
    ]

    @Test("each profile gives both sides the same keys of its lengths", arguments: profiles)
    func connects(profile: SRTPProtectionProfile) throws {
        var settings = DTLSSettings()
        settings.profiles = [profile]
        var simulation = try DTLSFixture.simulation(settings)
        simulation.start()
        simulation.run()
        let active = simulation.activeSide
        try expectEqualKeys(active, simulation.passiveSide)
        let keys = try #require(active.keys)
        #expect(keys.profile == profile)
        #expect(keys.localKey.count == profile.masterKeyBytes)
        #expect(keys.remoteSalt.count == profile.masterSaltBytes)
    }

    @Test("the passive side's order of profiles decides")
    func passiveSideChooses() throws {
        var (active, passive) = (DTLSSettings(), DTLSSettings())
        active.profiles = [.aes128CMSHA1Tag80, .aes128GCM, .aes256GCM]
        passive.profiles = [.aes256GCM, .aes128CMSHA1Tag80]
        var simulation = try DTLSFixture.simulation(
            active: active, passive: passive,
            activeExpects: [try DTLSFixture.passiveFingerprint],
            passiveExpects: [try DTLSFixture.activeFingerprint])
        simulation.start()
        simulation.run()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        #expect(simulation.activeSide.keys?.profile == .aes256GCM)
    }

    @Test("what was agreed on can be shown: DTLS 1.2, ECDHE, extended master secret")
    func describesConnection() throws {
        var simulation = try DTLSFixture.simulation()
        simulation.start()
        simulation.run()
        let connection = try #require(simulation.activeSide.connection)
        #expect(connection.version == "DTLSv1.2")
        #expect(connection.cipher == "ECDHE-ECDSA-AES128-GCM-SHA256")
        #expect(connection.profile == .aes128GCM)
        #expect(connection.usesExtendedMasterSecret)
        #expect(connection.peerFingerprint == (try DTLSFixture.passiveFingerprint))
        let other = simulation.passiveSide.connection?.peerFingerprint
        #expect(other == (try DTLSFixture.activeFingerprint))
    }

    @Test("sides without a common profile fail, and give no keys")
    func noCommonProfile() throws {
        var (active, passive) = (DTLSSettings(), DTLSSettings())
        active.profiles = [.aes128CMSHA1Tag80]
        passive.profiles = [.aes256GCM]
        var simulation = try DTLSFixture.simulation(
            active: active, passive: passive,
            activeExpects: [try DTLSFixture.passiveFingerprint],
            passiveExpects: [try DTLSFixture.activeFingerprint])
        simulation.start()
        simulation.run()
        #expect(simulation.activeSide.events == [.failed(.noCommonProfile)])
        #expect(simulation.passiveSide.events == [.failed(.noCommonProfile)])
    }

    @Test("a context without a profile, or with one that DTLS has not, is refused")
    func refusesProfiles() throws {
        let certificate = try DTLSFixture.activeCertificate.get()
        for profiles in [[], [.aes128GCM, .aes256CMSHA1Tag80]] as [[SRTPProtectionProfile]] {
            var settings = DTLSSettings()
            settings.profiles = profiles
            #expect(throws: DTLSError.profileUnknownToDTLS) {
                _ = try DTLSContext(certificate, settings)
            }
        }
    }

    @Test("a passive side that asks for a cookie gets it (HelloVerifyRequest)")
    func asksForCookie() throws {
        var settings = DTLSSettings()
        settings.asksForCookie = true
        var simulation = try DTLSFixture.simulation(settings)
        simulation.start()
        let first = simulation.sentLengths
        simulation.run()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        // The second datagram is the request; it is shorter than any flight with a ServerHello.
        #expect(first.count == 1 && simulation.sentLengths[1] < 100)
    }

    @Test("a ClientHello with another cookie than the one that was sent gets no ServerHello")
    func wrongCookie() throws {
        var settings = DTLSSettings()
        settings.asksForCookie = true
        var simulation = try DTLSFixture.simulation(settings)
        var last: [UInt8] = []
        simulation.passes = { datagram in
            if !datagram.goesToActive { last = datagram.bytes }
            return last.count < 13 || datagram.goesToActive || last[10] == 0
        }
        simulation.start()
        simulation.run(for: .milliseconds(500))
        // Headers, version and random number, no session: the length of the cookie, then it.
        let offset = 13 + 12 + 2 + 32 + 1
        try #require(last[offset] == 16)
        last[offset + 1] ^= 1
        simulation.inject(last, toActive: false)
        let side = simulation.passiveSide
        #expect(side.state == .failed && simulation.sentLengths.max() == last.count)
    }

    @Test("DTLS 1.0 passes only when both allow it")
    func oldVersion() throws {
        var settings = DTLSSettings()
        settings.allowsDTLS10 = true
        var simulation = try DTLSFixture.simulation(settings)
        simulation.start()
        simulation.run()
        // Both have 1.2, so that is what they take.
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        #expect(simulation.activeSide.connection?.version == "DTLSv1.2")
    }

    @Test("a ClientHello that came before the passive side existed can be given to it later")
    func clientHelloFirst() throws {
        let context = try DTLSContext(try DTLSFixture.activeCertificate.get())
        var active = try DTLSAssociation(
            context, role: .active, fingerprints: [try DTLSFixture.passiveFingerprint])
        let start = Instant(nanoseconds: 1)
        active.start(at: start)
        let datagram = DTLSSimulation.datagram(from: &active)
        let kept = try #require(datagram)

        let other = try DTLSContext(try DTLSFixture.passiveCertificate.get())
        let passive = try DTLSAssociation(
            other, role: .passive, fingerprints: [try DTLSFixture.activeFingerprint])
        var simulation = DTLSSimulation(active: active, passive: passive)
        simulation.now = start + .milliseconds(700)
        simulation.inject(kept, toActive: false)
        simulation.run()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        // In time: nothing had to be sent twice.
        #expect(simulation.activeSide.counters.retransmissions == 0)
    }

    @Test("a restart is a new association with another certificate and other keys, RFC 8842 §3.1")
    func restart() throws {
        var first = try DTLSFixture.simulation()
        first.start()
        first.run()
        let renewed = try DTLSCertificate(selfSignedAt: DTLSFixture.now)
        let known = try DTLSFixture.passiveFingerprint
        let isSame = first.active.isPeer([known])
        let isOther = first.active.isPeer([renewed.fingerprint()])
        #expect(isSame && !isOther)

        var second = DTLSSimulation(
            active: try DTLSAssociation(
                try DTLSContext(try DTLSFixture.activeCertificate.get()), role: .active,
                fingerprints: [renewed.fingerprint()]),
            passive: try DTLSAssociation(
                try DTLSContext(renewed), role: .passive,
                fingerprints: [try DTLSFixture.activeFingerprint]))
        second.start()
        second.run()
        try expectEqualKeys(second.activeSide, second.passiveSide)
        #expect(second.activeSide.keys?.localKey != first.activeSide.keys?.localKey)
    }

    @Test("printing keys does not show them")
    func keysAreNotPrinted() throws {
        var simulation = try DTLSFixture.simulation()
        simulation.start()
        simulation.run()
        let keys = try #require(simulation.activeSide.keys)
        var dumped = ""
        dump(keys, to: &dumped)
        #expect("\(keys)" == "DTLSKeys(aes128GCM)" && !dumped.contains("localKey"))
    }
}
