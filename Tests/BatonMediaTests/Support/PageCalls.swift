import BatonBase
import BatonCrypto
import BatonSDP
import Testing

@testable import BatonMedia

/// What pages and phones say of lines that share a port, and the suites about it.
enum PageCalls {
    /// What a party says of the transport of a line, or of a group.
    static func transport(_ name: String, setup: String = "actpass") -> [String] {
        let fingerprint = SDPFingerprint(.sha256, digest: [UInt8](repeating: 0xaa, count: 32))
        return [
            "a=ice-ufrag:\(name)\(name)\(name)\(name)", "a=ice-pwd:\(name)aaaaaaaaaaaaaaaaaaaaaaaa",
            String(decoding: fingerprint.attribute.line.bytes, as: UTF8.self), "a=setup:\(setup)",
        ]
    }

    static let midMap = "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid"
    static let dtls = "UDP/TLS/RTP/SAVPF"

    static func audio(_ port: Int = 9, _ lines: [String], mid: String = "0") -> [String] {
        ["m=audio \(port) \(dtls) 0", "a=mid:\(mid)", "a=rtcp-mux", midMap] + lines
    }

    static func video(_ port: Int = 9, _ lines: [String], mid: String = "1") -> [String] {
        [
            "m=video \(port) \(dtls) 96", "a=rtpmap:96 VP8/90000", "a=mid:\(mid)", "a=rtcp-mux",
            midMap,
        ]
            + ["a=ssrc:11 cname:x", "a=ssrc:11 msid:y", "a=ssrc:12 cname:x"] + lines
    }

    static func browser(_ group: String?, version: Int = 1, _ sections: [[String]]) -> String {
        Phone.text(
            "0.0.0.0", session: group.map { ["a=group:BUNDLE \($0)"] } ?? [], version: version,
            media: sections)
    }

    /// A page with the policy "balanced": every line can stand alone.
    static func balanced(version: Int = 1) -> String {
        browser("0 1", version: version, [audio(9, transport("a")), video(9, transport("a"))])
    }

    /// What it offers once the lines are one bundle: the first speaks for all.
    static func later(_ version: Int = 2, group: String = "0 1") -> String {
        browser(group, version: version, [audio(9, transport("a")), video(9, [])])
    }

    /// A page with the policy "max-bundle".
    static let maxBundle = browser(
        "0 1", [audio(9, transport("a")), video(0, ["a=bundle-only"])])

    static func phone(_ audioPort: Int = 5_000, _ videoPort: Int = 5_002) -> String {
        Phone.text(
            "198.51.100.9",
            media: [
                ["m=audio \(audioPort) RTP/AVP 0"],
                ["m=video \(videoPort) RTP/AVP 96", "a=rtpmap:96 VP8/90000"],
            ])
    }

    static func plain(_ options: inout SignallingOptions) {
        able(&options)
        options.transportProtocol = .named("RTP/AVP")
        options.security.ice = .remove
        options.rtcpMux = [.demux]
    }

    static func able(_ options: inout SignallingOptions) {
        options.capabilities.fingerprints = [
            SDPFingerprint(.sha256, digest: [UInt8](repeating: 1, count: 32))
        ]
    }

    static func secured(_ options: inout SignallingOptions) {
        able(&options)
        options.transportProtocol = .named(dtls)
        options.security.ice = .force
    }
}

extension SessionDescription {
    /// The mids of the group, `nil` without one.
    var bundled: [String]? { bundleGroups.first?.mids }

    /// Whether the section says where its packets go and how they are protected.
    func hasTransport(_ section: Int) -> Bool {
        let names = ["ice-ufrag", "ice-pwd", "candidate", "fingerprint", "setup"]
        let found = names.filter { media[section].hasAttribute(named: $0) }
        #expect(found.isEmpty || found == names, "all of it, or nothing")
        return !found.isEmpty
    }
}

extension Call {
    /// A call of a page to a plain phone; gives what the page is answered.
    mutating func fromPage(
        _ offer: String, _ answer: String = PageCalls.phone(),
        _ change: (inout SignallingOptions) -> Void = { _ in }
    ) throws -> SessionDescription {
        try self.offer(offer, "a", "b") {
            PageCalls.plain(&$0)
            change(&$0)
        }
        return try self.answer(answer, "a", "b") {
            PageCalls.able(&$0)
            change(&$0)
        }
    }

    func association(_ index: Int = 0) throws -> DTLSParameters? {
        guard case .dtls(let parameters) = try rtp("a", index).protection else { return nil }
        return parameters
    }
}
