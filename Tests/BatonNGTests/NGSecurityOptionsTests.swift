import BatonNG
import Testing

@Suite("ng keys about ICE, DTLS and SDES (N19)")
struct NGSecurityOptionsTests {
    @Test(
        "N19: ICE in all spellings",
        arguments: [
            ("remove", .remove), ("force", .force), ("force-relay", .forceRelay),
            ("force relay", .forceRelay), ("FORCE_RELAY", .forceRelay), ("optional", .optional),
            ("default", .default),
        ] as [(String, NGICE)])
    func ice(word: String, mode: NGICE) throws {
        let key = try offer(["ICE": .text(word)])
        #expect(key.ice == mode && key.warning == nil)
        let spelling = word.replacing(" ", with: "-")
        let flags = try offer(["rtpp-flags": .text("ICE=\(spelling)")])
        #expect(flags.ice == mode && flags.warning == nil)
    }

    @Test(
        "N19: ICE-lite says towards whom",
        arguments: [
            ("off", .off), ("forward", .forward), ("offer", .forward), ("backwards", .backward),
            ("answer", .backward), ("both", .both),
        ] as [(String, NGICELite)])
    func iceLite(word: String, mode: NGICELite) throws {
        for key in ["ICE-lite", "ice lite"] as [NGBytes] {
            let request = try offer([key: .text(word)])
            #expect(request.iceLite == mode && request.warning == nil)
        }
        #expect(try offer(["ICE-lite": "x"]).warning == "not recognized: ICE-lite=x")
    }

    @Test("N19: DTLS, its reverse and its fingerprint")
    func dtls() throws {
        let request = try offer([
            "DTLS": "passive", "DTLS reverse": "active", "DTLS-fingerprint": "SHA-256",
        ])
        #expect(request.dtls == .passive && request.dtlsReverse == .active)
        #expect(request.dtlsFingerprint == .sha256 && request.warning == nil)
        for word in ["off", "no", "disable", "disabled"] as [NGValue] {
            let request = try offer(["DTLS": word])
            #expect(request.dtls == .off && request.warning == nil)
        }
        #expect(try offer(["dtls-fingerprint": "sha1"]).dtlsFingerprint == .sha1)
        #expect(
            try offer(["DTLS": "melt", "DTLS-fingerprint": "md5"]).warning
                == "not recognized: DTLS=melt, DTLS-fingerprint=md5")
    }

    @Test("N19: the flags about ICE and DTLS in both spellings")
    func flags() throws {
        let request = try offer([
            "flags": ["trickle ICE", "ICE-reject", "no-tls-id", "recrypt", "pad crypto"]
        ])
        #expect(request.mediaFlags == [.trickleICE, .iceReject, .noTLSID, .recrypt])
        #expect(request.sdes.padsKeys && request.warning == nil)
        let hyphens = try offer([
            "flags": ["trickle-ICE", "reject-ICE", "no tls id", "RECRYPT", "pad-crypto"]
        ])
        #expect(hyphens.mediaFlags == request.mediaFlags && hyphens.sdes == request.sdes)
        #expect(hyphens.warning == nil)
    }

    @Test("N19: SDES as a list, as a comma-separated string and as flags says the same")
    func sdes() throws {
        let words = [
            "unencrypted_srtp", "UNENCRYPTED_SRTCP", "authenticated_srtp", "pad", "lifetime",
            "static", "nonew", "prefer", "no-AES_CM_128_HMAC_SHA1_32", "only-AEAD_AES_256_GCM",
            "order:A;B;", "offerer_pref:C; D",
        ]
        let list = try offer(["SDES": .list(words.map { .text($0) })])
        let string = try offer(["SDES": .text(words.joined(separator: ", "))])
        let flags = try offer(["flags": .list(words.map { .text("SDES-\($0)") })])
        #expect(list.sdes == string.sdes && list.sdes == flags.sdes)
        #expect(list.warning == nil && string.warning == nil && flags.warning == nil)
        let sdes = list.sdes
        #expect(sdes.unencryptedSRTP == true && sdes.unencryptedSRTCP == true)
        #expect(sdes.unauthenticatedSRTP == false && sdes.padsKeys && sdes.namesLifetime)
        #expect(sdes.isStatic && sdes.addsNoSuites && sdes.isPreferred && !sdes.isOff)
        #expect(sdes.excludedSuites == ["AES_CM_128_HMAC_SHA1_32"])
        #expect(sdes.onlySuites == ["AEAD_AES_256_GCM"])
        #expect(sdes.suiteOrder == ["A", "B"] && sdes.offererPreference == ["C", "D"])
    }

    @Test("N19: SDES is switched off in four spellings; unknown words come back")
    func sdesWords() throws {
        for word in ["off", "no", "disable", "disabled"] {
            let request = try offer(["SDES": [.text(word)]])
            #expect(request.sdes.isOff && request.warning == nil)
        }
        #expect(try offer(["SDES": "melt"]).warning == "not recognized: SDES-melt")
        #expect(try offer(["flags": ["SDES-melt"]]).warning == "not recognized: SDES-melt")
    }

    @Test(
        "N19: OSRTP",
        arguments: [
            ("offer", .offer), ("offer-RFC", .offer), ("offer legacy", .offerLegacy),
            ("accept", [.acceptRFC, .acceptLegacy]), ("accept-rfc", .acceptRFC),
            ("accept-legacy", .acceptLegacy),
        ] as [(String, NGOSRTP)])
    func osrtp(word: String, value: NGOSRTP) throws {
        let key = try offer(["OSRTP": [.text(word)]])
        let flag = try offer(["flags": [.text("OSRTP-\(word)")]])
        #expect(key.osrtp == value && flag.osrtp == value)
        #expect(key.unrecognized.isEmpty && flag.unrecognized.isEmpty)
        if value.isSubset(of: [.offer, .acceptRFC]) {
            #expect(key.warning == nil && flag.warning == nil)
        }
        #expect(try offer(["OSRTP": "x"]).warning == "not recognized: OSRTP-x")
    }

    @Test(
        "N19: bundle, of which some words imply others",
        arguments: [
            ("accept", .accept, false), ("offer", .offer, true), ("reject", .reject, false),
            ("require", [.offer, .require], true), ("strict", [.offer, .require, .strict], true),
        ] as [(String, NGBundle, Bool)])
    func bundle(word: String, value: NGBundle, generatesMid: Bool) throws {
        let key = try offer(["bundle": [.text(word)]])
        let flag = try offer(["flags": [.text("BUNDLE-\(word)")]])
        #expect(key.bundle == value && flag.bundle == value)
        #expect(key.flags.contains(.generateMid) == generatesMid)
        #expect(try offer(["BUNDLE": "x"]).warning == "not recognized: BUNDLE-x")
    }

    @Test("P5: WebRTC stands for a set of keys and flags")
    func webRTC() throws {
        let request = try offer(["flags": ["WebRTC"]])
        #expect(request.transport == .dtlsSAVPF && request.ice == .force && request.sdes.isOff)
        #expect(request.mediaFlags == [.webRTC, .trickleICE])
        #expect(request.rtcpMux == [.offer, .require])
        #expect(request.flags == [.generateMid, .noRTCPAttribute])
        #expect(request.warning == nil)
    }

    @Test("P5: what a request says itself goes before what WebRTC stands for, in any order")
    func webRTCOverridden() throws {
        let own: [NGDictionary.Entry] = [
            .init(key: "transport-protocol", value: "RTP/SAVPF"),
            .init(key: "ICE", value: "optional"), .init(key: "SDES", value: "pad"),
            .init(key: "rtcp-mux", value: "demux"),
        ]
        let flag = NGDictionary.Entry(key: "flags", value: "webrtc,full-rtcp-attribute")
        for entries in [own + [flag], [flag] + own] {
            let request = try offer(NGDictionary(entries))
            #expect(request.transport == .rtpSAVPF && request.ice == .optional)
            #expect(!request.sdes.isOff && request.rtcpMux == [.demux])
            #expect(request.flags == [.fullRTCPAttribute, .generateMid])
        }
    }
}
