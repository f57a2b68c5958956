import BatonBase
import BatonCrypto
import BatonIO
import BatonSDP
import Testing

@testable import BatonBench

@Suite("Benches of SRTP and DTLS", .serialized)
struct SecuredBenchTests {
    private func options(_ relay: FakeRelay) -> RelayBenchOptions {
        var options = RelayBenchOptions(target: relay.address)
        options.calls = 3
        options.packetsPerSecond = 100
        options.duration = .milliseconds(300)
        options.warmUp = .milliseconds(100)
        options.tick = .milliseconds(1)
        return options
    }

    private var nowhere: RelayBenchOptions {
        RelayBenchOptions(target: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 9))
    }

    private func sdp(_ lines: String...) -> [UInt8] {
        let head = ["v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/SAVP 96"]
        return Array((head + lines).map { $0 + "\r\n" }.joined().utf8)
    }

    private var plan: CallPlan {
        SRTPBenchOptions(relay: nowhere).plan(.aes128CMHMACSHA1With80Bits)
    }

    private func key(_ byte: UInt8) -> [UInt8] { Array(repeating: byte, count: 30) }

    @Test("RFC 4568: the key of the agreed suite is taken, and its tag comes back in the answer")
    func choosesSuite() throws {
        var agreement = CallAgreement()
        var plan = plan
        swap(&plan.caller, &plan.callee)
        let inline = String(decoding: Base64.encode(key(7), padding: true), as: UTF8.self)
        let other = String(decoding: Base64.encode(key(9), padding: true), as: UTF8.self)
        let fault = agreement.enter(
            sdp(
                "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:\(other)",
                "a=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:\(inline)"), isForCallee: true, plan)
        #expect(fault == nil)
        #expect(agreement.callee.relayKey == key(7))
        let text = agreement.media(ofCallee: true, plan)
        #expect(text.profile == "RTP/SAVP")
        #expect(text.attributes.contains { $0.hasPrefix("crypto:5 AES_CM_128_HMAC_SHA1_80 ") })
        let keys = try #require(agreement.callee.keys(.aes128CMHMACSHA1With80Bits))
        #expect(keys.receiving.masterKeys.first?.key == Array(key(7).prefix(16)))
        #expect(keys.sending.masterKeys.first?.key.count == 16)
    }

    @Test("a suite that the relay does not give is named in the refusal")
    func missingSuite() {
        var agreement = CallAgreement()
        let fault = agreement.enter(sdp(), isForCallee: false, plan)
        #expect(fault?.contains("AES_CM_128_HMAC_SHA1_80") == true)
    }

    @Test("the answer takes the payload type that the relay gave the codec")
    func takesPayloadType() {
        var agreement = CallAgreement()
        var plan = CallPlan()
        plan.callee.encoding = "opus/48000/2"
        plan.callee.payloadType = 111
        #expect(agreement.enter(sdp(), isForCallee: true, plan)?.contains("opus") == true)
        let fault = agreement.enter(sdp("a=rtpmap:96 OPUS/48000/2"), isForCallee: true, plan)
        #expect(fault == nil)
        #expect(agreement.media(ofCallee: true, plan).payloadType == 96)
    }

    @Test("what is protected is unprotected at the other end; changed packets are corrupt")
    func protects() throws {
        for corruptEvery in [0, 5] {
            let relay = try FakeRelay(.init(corruptEvery: corruptEvery))
            defer { relay.stop() }
            let options = options(relay)
            var run = try RelayBenchRun(options, BenchStop())
            _ = try run.setUp(to: options.calls)
            let keys = [1, 2].map {
                SRTPKeys(
                    profile: .aes128CMSHA1Tag80, masterKey: Array(key($0).prefix(16)),
                    masterSalt: Array(key($0).prefix(14)))
            }
            for index in 0..<options.calls * 2 {
                try run.setProtection(
                    PartyProtection(sending: keys[index % 2], receiving: keys[(index + 1) % 2]),
                    index)
            }
            let tally = run.sendMedia(through: options.calls, for: options.duration) { _ in }
            _ = run.finish()
            #expect(tally.sent == 180)
            #expect(corruptEvery == 0 ? tally.received == 180 : tally.received < 160)
            #expect(corruptEvery == 0 ? tally.corrupt == 0 : tally.corrupt >= 30)
        }
    }

    @Test("a relay without SRTP or DTLS is refused with words")
    func plainRelay() throws {
        let relay = try FakeRelay()
        defer { relay.stop() }
        let options = options(relay)
        let secured = #expect(throws: BenchError.self) {
            try SRTPBench.run(SRTPBenchOptions(relay: options))
        }
        #expect(secured?.description.contains("no a=crypto") == true)
        let handshake = #expect(throws: BenchError.self) {
            try DTLSBench.run(DTLSBenchOptions(relay: options))
        }
        #expect(handshake?.description.contains("no a=fingerprint") == true)
    }

    @Test("options that cannot be are refused before anything is sent")
    func refusesOptions() throws {
        var secured = SRTPBenchOptions(relay: nowhere)
        secured.suite = "F8_128_HMAC_SHA1_80"
        #expect(throws: BenchError.self) { try SRTPBench.run(secured) }
        var handshake = DTLSBenchOptions(relay: nowhere)
        handshake.parallel = 0
        #expect(throws: BenchError.self) { try DTLSBench.run(handshake) }
    }
}
