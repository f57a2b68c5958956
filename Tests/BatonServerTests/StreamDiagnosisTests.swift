import BatonBase
import Testing

@testable import BatonMedia
@testable import BatonServer

/// The sentences about a stream of which this is known.
private func sentences(_ change: (inout StreamDiagnosis.Facts) -> Void) -> [String] {
    var facts = StreamDiagnosis.Facts()
    facts.packetsIn = 500
    facts.idleMilliseconds = 20
    change(&facts)
    return StreamDiagnosis(facts: facts).sentences
}

private let browser = ICEPart(
    isControlling: false, isLite: true, isPeerLite: false, isTrickling: false, isDescribed: true)

/// Nothing has come.
private func nothing(_ facts: inout StreamDiagnosis.Facts) {
    facts.packetsIn = 0
    facts.idleMilliseconds = nil
}

@Suite("why there is no audio")
struct StreamDiagnosisTests {
    @Test("nothing is said of a stream that works")
    func works() {
        #expect(sentences { _ in }.isEmpty)
        let secured = sentences {
            $0.ice = browser
            $0.iceState = .connected
            $0.keyAgreement = .dtls
            $0.handshake = .connected
            $0.stunMessages = 12
            $0.handshakeDatagrams = 4
            $0.withoutKeys = 7
            $0.levelDBov = -30
        }
        #expect(secured.isEmpty)
    }

    @Test(
        "ICE comes first: whether checks came, and what became of them",
        arguments: [
            (
                ICEState.checking, UInt64(0),
                "ICE never selected a pair: no check came from the peer, and we only answer"
            ),
            (.checking, 9, "ICE never selected a pair: 9 STUN messages came from the peer"),
            (.failed, 3, "ICE has found no pair that works: 3 STUN messages came from the peer"),
            (.consentLost, 3, "the peer has stopped answering ICE: nothing is sent to it"),
        ])
    func ice(state: ICEState, messages: UInt64, expected: String) {
        let said = sentences {
            nothing(&$0)
            $0.ice = browser
            $0.iceState = state
            $0.stunMessages = messages
            $0.keyAgreement = .dtls
        }
        #expect(said == [expected])
    }

    @Test("an agent that waits for the party's description is not at fault")
    func early() {
        let said = sentences {
            nothing(&$0)
            $0.isAnswered = false
            $0.ice = browser
            $0.ice?.isDescribed = false
            $0.iceState = .checking
            $0.keyAgreement = .undecided
        }
        #expect(said.isEmpty)
    }

    @Test(
        "DTLS: who should have begun, and whether anything came",
        arguments: [
            (
                HandshakeState.new, DTLSParameters.Role.passive, UInt64(0),
                "no DTLS from the peer, which has to begin the handshake"
            ),
            (
                .connecting, .active, 0,
                "no DTLS from the peer: it does not answer our handshake"
            ),
            (
                .connecting, .active, 5,
                "the DTLS handshake is not over: 5 datagrams came from the peer"
            ),
            (.failed, .active, 5, "the DTLS handshake has failed: 5 datagrams came from the peer"),
            (
                .awaitingFingerprint, .passive, 5,
                "the DTLS handshake is over, but no SDP names the peer's fingerprint"
            ),
            (.closed, .active, 5, "the peer has ended DTLS"),
        ])
    func dtls(
        state: HandshakeState, role: DTLSParameters.Role, datagrams: UInt64, expected: String
    ) {
        let said = sentences {
            nothing(&$0)
            $0.keyAgreement = .dtls
            $0.handshakeRole = role
            $0.handshake = state
            $0.handshakeDatagrams = datagrams
        }
        #expect(said == [expected])
    }

    @Test("keys: packets that fail authentication, and packets without protection")
    func keys() {
        let wrong = sentences {
            nothing(&$0)
            $0.keyAgreement = .sdes
            $0.unauthenticated = 44
        }
        #expect(wrong == ["keys do not fit: 44 packets failed authentication"])
        let plain = sentences {
            nothing(&$0)
            $0.keyAgreement = .sdes
            $0.withoutKeys = 3
        }
        #expect(plain == ["3 packets came that no key is for"])
        let strays = sentences {
            $0.keyAgreement = .sdes
            $0.unauthenticated = 2
        }
        #expect(strays.isEmpty, "two forged packets among hundreds are an attack, no fault")
    }

    @Test("packets from elsewhere, and silence")
    func sources() {
        let foreign = sentences {
            nothing(&$0)
            $0.foreign = 5
            $0.foreignAddress = SocketAddress(ip: IPAddress(v4: 0xcb00_7142), port: 666)
            $0.remote = SocketAddress(ip: IPAddress(v4: 0xc633_6401), port: 4_000)
        }
        #expect(
            foreign == [
                "5 packets came from 203.0.113.66:666, which may not send here: "
                    + "the SDP says 198.51.100.1:4000"
            ])
        #expect(sentences(nothing) == ["no RTP has come from this party"])
        #expect(
            sentences { $0.idleMilliseconds = 12_345 }
                == ["no RTP has come from this party for 12 s"])
        let held = sentences {
            nothing(&$0)
            $0.isExpected = false
        }
        #expect(held.isEmpty)
        #expect(
            sentences { $0.levelDBov = -127 }
                == ["the audio of this party is silence (-127 dBov)"])
    }

    @Test("what was lost on the way through is counted")
    func losses() {
        let said = sentences {
            $0.withoutDestination = 1
            $0.otherPayloadTypes = 2
            $0.blocked = 3
            $0.malformedPayloads = 4
            $0.protectionErrors = 5
            $0.sendErrors = 6
        }
        #expect(said.map { $0.split(separator: " ")[0] } == ["1", "2", "3", "4", "5", "6"])
    }
}
