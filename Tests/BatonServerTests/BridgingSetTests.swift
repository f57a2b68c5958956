import BatonBase
import BatonMedia
import BatonNG
import BatonSDP
import Testing

@testable import BatonServer

/// A page's description, as browsers write them.
private func browser(port: UInt16, setup: String) -> String {
    let digest = (0..<32).map { _ in "AB" }.joined(separator: ":")
    return CoreHarness.sdp(
        port: port, kind: "audio UDP/TLS/RTP/SAVPF 111 0",
        more: """
            a=mid:0\r
            a=ice-ufrag:page\r
            a=ice-pwd:0123456789012345678901\r
            a=fingerprint:sha-256 \(digest)\r
            a=setup:\(setup)\r
            a=candidate:1 1 UDP 2113937151 127.0.0.1 \(port) typ host\r
            a=rtcp-mux\r
            a=rtpmap:111 opus/48000/2\r
            a=rtcp-fb:111 transport-cc\r

            """)
}

/// A phone's.
private func phone(port: UInt16) -> String {
    CoreHarness.sdp(
        port: port, kind: "audio RTP/AVP 0 101", more: "a=rtpmap:101 telephone-event/8000\r\n")
}

/// A phone's with keys.
private func securePhone(port: UInt16) -> String {
    let key = String(repeating: "Bwc", count: 13) + "H"
    return CoreHarness.sdp(
        port: port, kind: "audio RTP/SAVP 0",
        more: "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)\r\n")
}

extension NGDictionary {
    /// What a reply's SDP says of its one line: profile, keys, ICE, RTCP.
    fileprivate func summary() throws -> String {
        let sdp = try SessionDescription(parsing: try #require(text("sdp")))
        let media = try #require(sdp.media.first)
        let lines = media.lines.map { String(decoding: $0.bytes, as: UTF8.self) }
        var words = [media.protocolName]
        for (prefix, word) in [
            ("a=crypto:", "SDES"), ("a=fingerprint:", "DTLS"), ("a=ice-ufrag:", "ICE"),
            ("a=candidate:", "candidates"), ("a=ice-options:trickle", "trickle"),
            ("a=rtcp-mux", "mux"), ("a=rtcp:", "rtcp"), ("a=mid:", "mid"), ("a=rtcp-fb", "fb"),
        ] where lines.contains(where: { $0.hasPrefix(prefix) }) { words.append(word) }
        if let setup = lines.first(where: { $0.hasPrefix("a=setup:") }) {
            words.append(String(setup.dropFirst(8)))
        }
        #expect(!lines.contains { $0.hasPrefix("a=tls-id") })
        #expect(media.port == 0 || media.port >= 30_000 && media.port < 40_000)
        return words.joined(separator: " ")
    }
}

/// A set of flags of public configurations, for an offer and its answer, and what comes of them.
private struct BridgingSet: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let offer: (sdp: String, fields: NGDictionary, shown: String)
    let answer: (sdp: String, fields: NGDictionary, told: String)

    init(
        _ name: String, _ offer: (String, NGDictionary, String),
        _ answer: (String, NGDictionary, String)
    ) {
        testDescription = name
        self.offer = offer
        self.answer = answer
    }

    private static let page = "UDP/TLS/RTP/SAVPF DTLS ICE candidates"
    private static let replace: NGValue = ["origin", "session-connection"]
    private static let pageOffer = browser(port: 41_000, setup: "actpass")
    private static let pageAnswer = browser(port: 41_100, setup: "active")
    private static let toSIP: NGDictionary = [
        "transport-protocol": "RTP/AVP", "replace": replace, "ICE": "remove",
    ]
    private static let toPage: NGDictionary = [
        "transport-protocol": "UDP/TLS/RTP/SAVPF", "ICE": "force",
    ]

    static let tutorial = [
        BridgingSet(
            "OpenSIPS: WS to WS",
            (pageOffer, ["ICE": "force-relay", "DTLS": "passive"], page + " mux mid fb actpass"),
            (pageAnswer, ["ICE": "force-relay", "DTLS": "passive"], page + " mux mid fb passive")),
        BridgingSet(
            "OpenSIPS: WS to SIP", (pageOffer, toSIP, "RTP/AVP mux mid"),
            (phone(port: 40_100), toPage, page + " mux mid active")),
        BridgingSet(
            "OpenSIPS: SIP to WS", (phone(port: 40_000), toPage, page + " actpass"),
            (pageAnswer, toSIP, "RTP/AVP")),
        BridgingSet(
            "OpenSIPS: SIP to SIP", (phone(port: 40_000), toSIP, "RTP/AVP"),
            (phone(port: 40_100), toSIP, "RTP/AVP")),
    ]

    private static let havfoToPage: NGDictionary = [
        "flags": ["trust-address"], "replace": replace, "rtcp-mux": ["accept", "offer"],
        "ICE": "force", "transport-protocol": "UDP/TLS/RTP/SAVPF",
    ]
    private static let havfoToSIP: NGDictionary = [
        "flags": ["trust-address"], "replace": replace, "rtcp-mux": ["demux"], "ICE": "remove",
        "transport-protocol": "RTP/AVP",
    ]
    private static let ivoz: NGDictionary = [
        "flags": ["asymmetric", "trust-address"], "replace": replace, "ICE": "remove",
        "transport-protocol": "RTP/AVP", "via-branch": "z9hG4bKx.extra", "delete-delay": 0,
        "label": "callee",
    ]
    private static let routr: NGDictionary = [
        "transport-protocol": "UDP/TLS/RTP/SAVPF", "rtcp-mux": ["require"], "ICE": "force",
        "replace": replace,
    ]

    static let projects = [
        BridgingSet(
            "havfo: page to SIP", (pageOffer, havfoToSIP, "RTP/AVP mid"),
            (phone(port: 40_100), havfoToPage, page + " mux mid active")),
        BridgingSet(
            "havfo: SIP to page", (phone(port: 40_000), havfoToPage, page + " mux actpass"),
            (pageAnswer, havfoToSIP, "RTP/AVP")),
        BridgingSet(
            "ivozprovider", (phone(port: 40_000), ivoz, "RTP/AVP"),
            (phone(port: 40_100), ivoz, "RTP/AVP")),
        BridgingSet(
            "routr: SIP to page", (phone(port: 40_000), routr, page + " mux actpass"),
            (pageAnswer, toSIP, "RTP/AVP")),
        BridgingSet(
            "Kamailio's default", (phone(port: 40_000), ["replace": replace], "RTP/AVP"),
            (phone(port: 40_100), ["replace": ["origin"]], "RTP/AVP")),
        BridgingSet(
            "SRTP towards the phone",
            (
                phone(port: 40_000),
                ["flags": ["SRTP", "AVP"], "replace": replace, "DTLS": "off", "ICE": "remove"],
                "RTP/SAVP SDES"
            ), (securePhone(port: 40_100), ["flags": ["RTP", "AVP"]], "RTP/AVP")),
        BridgingSet(
            "WebRTC in one word",
            (
                phone(port: 40_000), ["flags": ["WebRTC"]],
                "UDP/TLS/RTP/SAVPF DTLS ICE candidates trickle mux mid actpass"
            ), (pageAnswer, toSIP, "RTP/AVP")),
    ]
}

@Suite("Flags of public configurations (N18, N19)")
struct BridgingSetTests {
    private func check(_ set: BridgingSet) throws {
        let harness = CoreHarness {
            $0.capabilities.fingerprints = [
                SDPFingerprint(.sha256, digest: [UInt8](repeating: 1, count: 32))
            ]
        }
        let shown = try harness.offer(sdp: set.offer.sdp, set.offer.fields)
        #expect(try shown.summary() == set.offer.shown)
        let told = try harness.answer(sdp: set.answer.sdp, set.answer.fields)
        #expect(try told.summary() == set.answer.told)
        #expect(shown.text("warning") == nil)
        let media = told.text("warning")
        #expect(media == nil || media?.contains("the answer keeps the offer's protocol") == true)
    }

    @Test("N19: OpenSIPS's tutorial of pages and phones", arguments: BridgingSet.tutorial)
    private func tutorial(_ set: BridgingSet) throws { try check(set) }

    @Test("N18, N19: what projects send for pages and phones", arguments: BridgingSet.projects)
    private func projects(_ set: BridgingSet) throws { try check(set) }
}
