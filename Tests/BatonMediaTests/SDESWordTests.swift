import BatonSDP
import Testing

@testable import BatonMedia

private let first = SRTPCryptoSuite.aes128CMHMACSHA1With80Bits
private let second = SRTPCryptoSuite.aes256CMHMACSHA1With80Bits

/// A crypto line with a key of sevens.
private func line(_ tag: UInt32, _ suite: SRTPCryptoSuite, _ suffix: String = "") -> String {
    let count = suite.masterKeyBytes + suite.masterSaltBytes
    let crypto = SDPCrypto(
        tag: tag, suite: suite, keyAndSalt: [UInt8](repeating: 7, count: count))
    return String(decoding: crypto.attribute.line.bytes, as: UTF8.self) + suffix
}

private func caller(_ lines: [String] = [], profile: String = "RTP/SAVP") -> String {
    Phone.audio(extra: lines, profile: profile)
}

private func callee(_ lines: [String] = [], profile: String = "RTP/AVP") -> String {
    Phone.audio("198.51.100.9", 5_000, extra: lines, profile: profile)
}

extension Call {
    /// The lines that a plain callee's SAVP offer has.
    fileprivate static func offered(
        to caller: String = caller(profile: "RTP/AVP"),
        _ change: (inout SDESOptions) -> Void
    ) throws -> [SDPCrypto] {
        var call = Call()
        return try call.offer(caller) {
            $0.transportProtocol = .named("RTP/SAVP")
            change(&$0.security.sdes)
        }.media[0].cryptos
    }

    /// The line that a secured caller of a plain callee is answered; `nil` if it is refused.
    fileprivate static func answered(
        _ lines: [String], offer: (inout SDESOptions) -> Void = { _ in },
        answer: (inout SDESOptions) -> Void = { _ in }
    ) throws -> SDPCrypto? {
        var call = Call()
        try call.offer(caller(lines), "a", nil) {
            $0.transportProtocol = .named("RTP/AVP")
            offer(&$0.security.sdes)
        }
        let back = try call.answer(callee()) { answer(&$0.security.sdes) }
        return back.port() == 0 ? nil : back.media[0].cryptos.first
    }
}

@Suite("The words of SDES (N19, RFC 4568)")
struct SDESWordTests {
    @Test("N19: SDES-nonew adds no suite to those that the sender offered")
    func noNew() throws {
        let both = caller([line(1, second), line(2, first)])
        #expect(
            try Call.offered(to: both) { $0.addsNoSuites = true }.map(\.suite) == [second, first])
        let usual = try Call.offered(to: both) { $0.isPreferred = true }.map(\.suite)
        #expect(usual.count == SDESOptions.usualOrder.count && usual.first == second)
        // Who offered none, or none that is served, must be offered something.
        #expect(try Call.offered { $0.addsNoSuites = true }.count == SDESOptions.usualOrder.count)
    }

    @Test("N19: SDES-only goes before SDES-no")
    func onlyBeforeNo() throws {
        let suites = try Call.offered {
            $0.onlySuites = [first, second]
            $0.excludedSuites = [second]
        }
        #expect(suites.map(\.suite) == [first, second])
    }

    @Test("N19: SDES-lifetime writes 2^31 packets, and without it nothing is written")
    func lifetime() throws {
        let keys = try Call.offered { $0.namesLifetime = true }.flatMap(\.keys)
        #expect(keys.count == 6)
        #expect(keys.allSatisfy { $0.lifetime == .powerOfTwo(exponent: 31) })
        #expect(try Call.offered { _ in }.flatMap(\.keys).allSatisfy { $0.lifetime == nil })
    }

    @Test("N19: SDES-offerer_pref chooses among the offerer's suites, in its offer or the answer")
    func preference() throws {
        let lines = [line(1, first), line(2, second)]
        #expect(try Call.answered(lines)?.tag == 1)
        let wish = { (options: inout SDESOptions) in options.offererPreference = [second] }
        #expect(try Call.answered(lines, offer: wish)?.tag == 2)
        #expect(try Call.answered(lines, answer: wish)?.tag == 2)
        let other = { (options: inout SDESOptions) in
            options.offererPreference = [.aeadAES256GCM]
        }
        #expect(
            try Call.answered(lines, offer: other)?.tag == 1, "what was not offered is no choice")
    }

    @Test("N19: SDES-encrypted_srtp and the like pass over keys that do without protection")
    func refusedParameters() throws {
        let words: [(SDPCryptoParameter, String)] = [
            (.unencryptedSRTP, " UNENCRYPTED_SRTP"), (.unencryptedSRTCP, " UNENCRYPTED_SRTCP"),
            (.unauthenticatedSRTP, " UNAUTHENTICATED_SRTP"),
        ]
        for (parameter, suffix) in words {
            let lines = [line(1, first, suffix), line(2, first)]
            #expect(try Call.answered(lines)?.tag == 1)
            #expect(try Call.answered(lines) { $0.refusedParameters = [parameter] }?.tag == 1)
            let strict = try Call.answered(lines, answer: { $0.refusedParameters = [parameter] })
            #expect(strict?.tag == 2)
        }
    }

    @Test("N19: SDES-off and SDES-no refuse the keys of an offer too")
    func refused() throws {
        let lines = [line(1, first), line(2, second)]
        #expect(try Call.answered(lines, answer: { $0.isOff = true }) == nil)
        #expect(try Call.answered(lines, answer: { $0.excludedSuites = [first] })?.tag == 2)
        #expect(try Call.answered(lines, answer: { $0.onlySuites = [second] })?.tag == 2)
    }

    @Test("suites that are not served are named in a warning")
    func unservedSuites() throws {
        var call = Call()
        try call.offer(callee()) { $0.security.sdes.unservedSuites = ["ROT13"] }
        #expect(call.warnings == ["SDES: the suite 'ROT13' is not served"])
    }
}
