import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("The flag fragment (N19, RFC 8840)")
struct FragmentTests {
    private static let credentials = "a=ice-ufrag:user\r\na=ice-pwd:pppppppppppppppppppppppp\r\n"
    private static let fragment =
        credentials + "m=audio 9 RTP/AVP 0\r\n"
        + "a=candidate:1 1 UDP 2113937151 192.0.2.7 4000 typ host\r\na=end-of-candidates\r\n"

    private func harness() throws -> CoreHarness {
        let harness = CoreHarness()
        let sdp = CoreHarness.sdp(port: 4_000, more: Self.credentials)
        try harness.offer(sdp: sdp)
        try harness.answer(sdp: CoreHarness.sdp(port: 5_000, more: Self.credentials))
        return harness
    }

    private func candidates(_ harness: CoreHarness, _ tag: String) throws -> Int {
        let record = try #require(harness.core.table.record("call"))
        let stream = try #require(record.session.party(tag: tag)?.streams.first)
        let slot = try #require(stream.ports).rtp.slot
        var found = 0
        for case .configure(slot, let configuration) in harness.books.commands {
            found = configuration.ice?.remote?.candidates.count ?? 0
        }
        return found
    }

    @Test("its candidates go to the worker, for either side, and the reply has no SDP")
    func added() throws {
        let harness = try harness()
        let more: NGDictionary = ["flags": ["fragment"]]
        let offered = try harness.offer(sdp: Self.fragment, more)
        #expect(offered.text("result") == "ok")
        #expect(offered.text("sdp") == nil && offered.text("warning") == nil)
        #expect(try candidates(harness, "a") == 1)
        #expect(try candidates(harness, "b") == 0)
        let answered = try harness.answer(sdp: Self.fragment, more)
        #expect(answered.text("result") == "ok" && answered.text("sdp") == nil)
        #expect(try candidates(harness, "b") == 1)
    }

    @Test("it opens no call, and no party")
    func unknown() throws {
        let harness = try harness()
        let more: NGDictionary = ["flags": ["fragment"]]
        let reply = try harness.offer("another", sdp: Self.fragment, more)
        #expect(reply.text("error-reason") == "Unknown call-id")
        let stranger = try harness.offer(from: "nobody", sdp: Self.fragment, more)
        #expect(stranger.text("error-reason") == "Invalid dialogue association")
    }
}

@Suite("The certificate of this process")
struct ServerIdentityTests {
    @Test("the next one has another number and fingerprint, and the process keeps its name")
    func renewed() throws {
        let first = try ServerIdentity(at: 1_700_000_000)
        let second = try first.renewed(at: 1_700_000_001)
        #expect(first.instanceName == second.instanceName)
        #expect(first.certificateNumber == 0 && second.certificateNumber == 1)
        #expect(first.fingerprints != second.fingerprints)
        var text = String(describing: second)
        dump(second, to: &text)
        #expect(!text.contains("privateKey"))
        let settings = SignallingSettings(.defaults, second)
        #expect(settings.capabilities.certificateNumber == 1)
        #expect(settings.capabilities.fingerprints == second.fingerprints)
    }
}
