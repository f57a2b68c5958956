import BatonSDP
import Testing

@testable import BatonMedia

@Suite("keys and passwords stay out of every description")
struct RedactionTests {
    @Test("no description of a session shows a key or a password")
    func redaction() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio("198.51.100.9", 5_000), "a", "b") {
            $0.capabilities.fingerprints = [
                SDPFingerprint(.sha256, digest: [UInt8](repeating: 1, count: 32))
            ]
            $0.transportProtocol = .named("RTP/SAVPF")
            $0.security.ice = .force
        }
        let password = try #require(sent.media[0].iceCredentials).password
        var text = ""
        dump(call.session, to: &text)
        text += String(describing: call.session) + String(reflecting: call.session)
        text += String(describing: call.configurations)
        #expect(!text.contains(password))
        #expect(!text.contains("\(Array(password.utf8))"))
        for crypto in sent.media[0].cryptos {
            let bytes = try #require(crypto.keys.first).keyAndSalt
            #expect(!text.contains("\(bytes)") && !text.contains("\(bytes.prefix(16))"))
        }
        #expect(text.contains("SDPCryptoKey(30 bytes)"))
    }
}
