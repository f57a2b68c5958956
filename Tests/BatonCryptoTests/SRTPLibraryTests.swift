import Testing

@testable import BatonCrypto

@Suite("libsrtp2 with OpenSSL's ciphers")
struct SRTPLibraryTests {
    @Test("starts, passes the self tests of every algorithm and profile, and can start again")
    func starts() throws {
        try SRTPLibrary.start()
        try SRTPLibrary.start()
        #expect(SRTPLibrary.versions.hasPrefix("libsrtp2 2."))
    }
}
