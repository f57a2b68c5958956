import Testing

@testable import BatonBase

@Suite("Base 64 (RFC 4648 §4)")
struct Base64Tests {
    @Test(
        "RFC 4648 §10: the test vectors, both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
        let bare = encoded.utf8.filter { $0 != UInt8(ascii: "=") }
        #expect(Base64.encode(Array(plain.utf8), padding: false) == bare)
        #expect(Base64.decode(bare) == Array(plain.utf8))
    }

    @Test("padding that is missing, incomplete or not needed does not matter")
    func lenientPadding() {
        #expect(Base64.decode("Zg=".utf8) == [0x66])
        #expect(Base64.decode("Zm9v==".utf8) == Array("foo".utf8))
        #expect(Base64.decode("Zh".utf8) == [0x66])
    }

    @Test(
        "what no bytes are written as is refused",
        arguments: ["Z", "Zm9vY", "Zm9v===", "Zg==Zg==", "Zm 9v", "Zm-_", "Zm9\u{e9}", "=Zg"])
    func refused(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("any bytes come back", arguments: 1...40)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<Int.random(in: 0...100, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes, "seed \(seed)")
        #expect(Base64.decode(Base64.encode(bytes, padding: false)) == bytes, "seed \(seed)")
    }
}
