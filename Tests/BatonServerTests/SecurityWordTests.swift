import BatonBase
import BatonMedia
import BatonNG
import BatonSDP
import Testing

@testable import BatonServer

private func options(_ fields: NGDictionary) throws -> SecurityOptions {
    var body = fields
    body.append("command", "offer")
    return SignallingOptions(
        try NGRequest(body), fromTag: "a", defaults: SignallingSettings()
    ).security
}

private func sdes(_ word: String) throws -> SDESOptions {
    let key = try options(["SDES": [.text(word)]]).sdes
    #expect(try options(["flags": [.text("SDES-" + word)]]).sdes == key)
    return key
}

@Suite("requests as options about ICE, DTLS and SDES (N19)")
struct SecurityWordTests {
    @Test(
        "N19: ICE and its words",
        arguments: [
            ("remove", ICEChoice.remove), ("force", .force), ("optional", .force),
            ("force-relay", .force), ("default", .unstated),
        ])
    func ice(word: String, choice: ICEChoice) throws {
        #expect(try options(["ICE": .text(word)]).ice == choice)
        #expect(try options([:]).ice == .unstated)
    }

    @Test(
        "N19: ICE-lite says towards whom we only answer",
        arguments: [
            ("off", false, false), ("forward", true, false), ("backward", false, true),
            ("both", true, true),
        ])
    func lite(word: String, receiver: Bool, sender: Bool) throws {
        let lite = try options(["ICE lite": .text(word)])
        #expect(lite.isLiteTowardsReceiver == receiver && lite.isLiteTowardsSender == sender)
        let silent = try options([:])
        #expect(silent.isLiteTowardsReceiver == nil && silent.isLiteTowardsSender == nil)
    }

    @Test(
        "N19: DTLS and DTLS-reverse reach their own side",
        arguments: [
            ("passive", DTLSChoice.passive), ("active", .active), ("off", .off), ("no", .off),
            ("disable", .off),
        ])
    func dtls(word: String, choice: DTLSChoice) throws {
        let forward = try options(["DTLS": .text(word)])
        #expect(forward.dtls == choice && forward.dtlsReverse == .unstated)
        let reverse = try options(["DTLS-reverse": .text(word)])
        #expect(reverse.dtls == .unstated && reverse.dtlsReverse == choice)
    }

    @Test("N19: DTLS-fingerprint names the hash of the certificate")
    func fingerprint() throws {
        for (word, hash) in [
            ("sha-1", .sha1), ("SHA-256", .sha256), ("sha384", .sha384), ("SHA-512", .sha512),
        ] as [(NGValue, SDPFingerprint.HashFunction)] {
            #expect(try options(["DTLS-fingerprint": word]).fingerprintHash == hash)
        }
        #expect(try options([:]).fingerprintHash == nil)
    }

    @Test("N19: the flags about ICE, keys and their passing")
    func flags() throws {
        for word in ["ICE-reject", "reject ICE"] as [NGValue] {
            #expect(try options(["flags": [word]]).rejectsICE)
        }
        #expect(try options(["flags": ["trickle ICE"]]).announcesTrickle)
        #expect(try options(["flags": ["pad-crypto"]]).sdes.padsKeys)
        for fields in [
            ["flags": ["recrypt"]], ["flags": ["no-passthrough"]], ["passthrough": "off"],
        ] as [NGDictionary] { #expect(try options(fields).opensAlways) }
        for fields in [[:], ["flags": ["passthrough"]], ["flags": ["no-tls-id"]]] as [NGDictionary]
        {
            #expect(try options(fields) == SecurityOptions())
        }
    }

    @Test("N19: the words of SDES, as a list and as flags")
    func sdesWords() throws {
        #expect(try sdes("off").isOff && sdes("no").isOff && sdes("disable").isOff)
        #expect(try sdes("pad").padsKeys && sdes("lifetime").namesLifetime)
        #expect(try sdes("nonew").addsNoSuites && sdes("prefer").isPreferred)
        #expect(try sdes("priority").isPreferred && sdes("static") == SDESOptions())
        let suite = "AES_256_CM_HMAC_SHA1_80"
        #expect(try sdes("no-" + suite).excludedSuites == [.aes256CMHMACSHA1With80Bits])
        #expect(try sdes("only-" + suite).onlySuites == [.aes256CMHMACSHA1With80Bits])
        let list = "AEAD_AES_256_GCM;AES_CM_128_HMAC_SHA1_32"
        let order: [SRTPCryptoSuite] = [.aeadAES256GCM, .aes128CMHMACSHA1With32Bits]
        #expect(try sdes("order:" + list).order == order)
        #expect(try sdes("offerer_pref:" + list).offererPreference == order)
    }

    @Test(
        "N19: session parameters are offered, or refused by their opposites",
        arguments: [
            ("UNENCRYPTED_SRTP", "encrypted_srtp", SDPCryptoParameter.unencryptedSRTP),
            ("unencrypted_srtcp", "ENCRYPTED_SRTCP", .unencryptedSRTCP),
            ("unauthenticated_srtp", "authenticated_srtp", .unauthenticatedSRTP),
        ])
    func parameters(offered: String, refused: String, parameter: SDPCryptoParameter) throws {
        #expect(try sdes(offered).parameters == [parameter])
        #expect(try sdes(offered).refusedParameters.isEmpty)
        #expect(try sdes(refused).refusedParameters == [parameter])
        #expect(try sdes(refused).parameters.isEmpty)
    }

    @Test("N18: the words of OSRTP; the one for offering lines twice comes back")
    func osrtp() throws {
        for (words, offers, accepts, legacy) in [
            (["offer"], true, false, false), (["offer-RFC"], true, false, false),
            (["accept"], false, true, true), (["accept-RFC"], false, true, false),
            (["accept-legacy"], false, false, true), (["off"], false, false, false),
        ] as [([NGValue], Bool, Bool, Bool)] {
            let options = try options(["OSRTP": .list(words)])
            #expect(options.offersOpportunisticSRTP == offers)
            #expect(options.acceptsOpportunisticSRTP == accepts)
            #expect(options.acceptsLegacyOpportunisticSRTP == legacy)
        }
        let reply = try CoreHarness().offer("call", ["OSRTP": ["accept", "offer-legacy"]])
        #expect(reply.text("warning") == "no effect: OSRTP-offer-legacy")
    }
}
