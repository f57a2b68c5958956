import Testing

@testable import BatonNG

/// Every key and flag that a proxy's module may send, whether baton acts on it or not.
@Suite("the ng vocabulary (N2)")
struct NGVocabularyTests {
    private static let keys = """
        address, address family, alias-key, all, audio-player, blob, blob64, bundle, call-id, \
        calls, code, digit, codec, codecs, command, db-id, delete-delay, delay-buffer, direction, \
        drop-traffic, DTLS, DTLS-reverse, DTLS-fingerprint, DTMF-delay, DTMF-log-dest, \
        DTMF-security, DTMF-security-trigger, DTMF-security-trigger-end, duration, \
        endpoint-learning, extmap, file, flags, frequency, frequencies, from-interface, \
        to-interface, from-label, label, to-label, set-label, from-tag, from-tags, to-tag, \
        generate-RTCP, ICE, ICE-lite, inbound-peer, outbound-peer, peer, instance, interface, \
        media-address, media, medias, media-echo, metadata, moh, OSRTP, output-file, output-dest, \
        output-dir, output-path, output-pattern, recording-file, recording-dest, recording-dir, \
        recording-path, recording-pattern, recording-media-slot, recording-media-slots, \
        passthrough, pause, ptime, ptime-reverse, received-from, record-call, repeat-times, \
        repeat-duration, replace, rtcp-mux, rtpp-flags, SDES, sdp, sdp-attr, sdp-media-remove, \
        sip-code, sip-message-type, source-tag, source-call-id, start-pos, supports, T.38, \
        T.38-version, tags, template, to-call-id, TOS, transport-protocol, trigger, trigger-end, \
        trigger-end-time, trigger-end-digits, via-branch, volume, VSC-start-rec, VSC-stop-rec, \
        VSC-pause-rec, VSC-start-stop-rec, VSC-pause-resume-rec, VSC-start-pause-resume-rec, \
        xmlrpc-callback
        """

    /// Values for the keys that do not take any text.
    private static let values: [String: NGValue] = [
        "address": "192.0.2.1", "address family": "IP4", "all": "except-offer-answer",
        "command": "offer",
        "codec": ["transcode": ["PCMU"]], "delete-delay": 3, "TOS": 184,
        "endpoint-learning": "delayed", "flags": ["fatal"], "ICE": "force", "limit": 4,
        "media-address": "192.0.2.2", "received-from": ["IP4", "192.0.2.3"], "record-call": "yes",
        "replace": ["origin"], "rtcp-mux": ["offer"], "rtpp-flags": "fatal", "sip-code": 200,
        "sdp-attr": ["none": ["add": ["x"]]], "sip-message-type": "request",
        "supports": ["load limit"], "transport-protocol": "accept", "audio-player": "force",
        "blob64": "UklGRg==", "bundle": "accept", "code": 11, "digit": "#", "db-id": "7",
        "delay-buffer": 40, "drop-traffic": "start", "DTLS": "passive", "DTLS-reverse": "active",
        "DTLS-fingerprint": "SHA-256", "DTMF-delay": 100, "DTMF-security": "tone",
        "DTMF-security-trigger": "drop", "DTMF-security-trigger-end": "zero", "duration": 250,
        "extmap": ["strip": ["all"]], "frequency": 440, "frequencies": [440, "880"],
        "generate-RTCP": "on", "ICE-lite": "both", "media-echo": "backwards", "OSRTP": "accept",
        "passthrough": "on", "pause": "yes", "ptime": 20, "ptime-reverse": "30",
        "recording-media-slot": 1, "recording-media-slots": 2, "repeat-duration": 1_000,
        "repeat-times": 3, "SDES": "pad", "start-pos": 500, "trigger-end-digits": 4,
        "trigger-end-time": 2_000, "volume": -8,
    ]

    private static let flags = """
        all, allow-asymmetric-codecs, allow-no-codec-media, allow-transcoding, force-transcoding, \
        always-transcode, asymmetric, asymmetric-codecs, symmetric-codecs, audio-player, \
        no-audio-player, bidirectional, block-dtmf, block-egress, block-short, debug, detect-DTMF, \
        directional, discard-recording, early-media, egress, exclude-recording, fatal, fast, \
        fragment, full-rtcp-attribute, no-rtcp-attribute, generate-mid, generate-RTCP, ICE-reject, \
        inactive, inject-DTMF, loop-protect, media-handover, mirror-RTCP, mix, NAT-wait, \
        new-branch, no-codec-renegotiation, reuse-codecs, no-passthrough, passthrough, \
        port-latching, no-port-latching, no-redis-update, no-tls-id, no-jitter-buffer, \
        original-sendrecv, pad-crypto, pierce-NAT, provisional, record-call, recording-vsc, \
        recording-announcement, recrypt, reorder-codecs, reset, single-codec, SIP-source-address, \
        SIPREC, skip-recording-db, static-codecs, strict-source, strip-extmap, to-tag, \
        trickle-ICE, trust-address, unidirectional, unsubscribe, WebRTC, force, symmetric, \
        session-connection, auto-bridge, repacketize, endpoint-learning-off, from-tags-x, \
        OSRTP-accept, replace-origin, rtcp-mux-demux, BUNDLE-accept, codec-except-PCMU, \
        codec-offer-PCMU, codec-strip-PCMU, codec-ignore-PCMU, codec-accept-PCMU, \
        codec-consume-PCMU, codec-set-PCMU, codec-transcode-PCMU, codec-mask-PCMU, transcode-PCMU, \
        SDES-off, SDES-no-NULL_HMAC_SHA1_80, SDES-only-AES_CM_128_HMAC_SHA1_80, SDES-order:A;B, \
        SDES-offerer_pref:A;B, sdp-attr-add-none-x, sdp-attr-remove-none-x, \
        sdp-attr-substitute-none-x>y, T38-decode, T.38-decode
        """

    private static func words(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    @Test("N2: every key of the protocol is known", arguments: words(keys))
    func key(name: String) throws {
        for spelling in [name, name.replacing("-", with: " ")] {
            let request = try offer([NGBytes(spelling): Self.values[name] ?? .text(name)])
            #expect(request.unrecognized.names == [])
        }
    }

    @Test("N2: a key is named as without effect only if it is listed, or what it asks for is")
    func keysWithEffect() throws {
        let sampled = NGLaterSample.all.filter { NGLater.features.contains($0.feature) }
        let later = Set(NGLater.keys + sampled.flatMap { $0.keys.entries.map(\.key.text) })
        for name in Self.words(Self.keys) where name != "flags" && name != "rtpp-flags" {
            let request = try offer([NGBytes(name): Self.values[name] ?? .text(name)])
            #expect(request.ineffective.isEmpty != later.contains(name), "\(name)")
        }
    }

    @Test("N2: every flag of the protocol is known, also in rtpp-flags", arguments: words(flags))
    func flag(name: String) throws {
        #expect(try offer(["flags": [.text(name)]]).unrecognized.names == [])
        guard !name.contains(where: { $0 == ";" || $0 == ">" }) else { return }
        #expect(try offer(["rtpp-flags": .text(name)]).unrecognized.names == [])
    }
}
