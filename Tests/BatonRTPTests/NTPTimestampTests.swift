import BatonRTP
import Testing

@Suite("NTP timestamps (RFC 3550 §4)")
struct NTPTimestampTests {
    @Test("1970 is 2,208,988,800 seconds after 1900, and half a second is half the fraction")
    func convertsUnixTime() {
        #expect(NTPTimestamp(unixNanoseconds: 0).bits == 0x83aa_7e80_0000_0000)
        #expect(NTPTimestamp(unixNanoseconds: 1_500_000_000).bits == 0x83aa_7e81_8000_0000)
        #expect(NTPTimestamp(unixNanoseconds: 999_999_999).bits == 0x83aa_7e80_ffff_fffb)
    }

    @Test("wraps instead of trapping at the ends of the format")
    func wraps() {
        let wrapped = NTPTimestamp(unixNanoseconds: 2_085_978_496 * 1_000_000_000)
        #expect(wrapped.bits == 0)
        _ = NTPTimestamp(unixNanoseconds: .max)
    }

    @Test("the middle bits are those of the RFC's figure 2")
    func givesMiddleBits() {
        #expect(NTPTimestamp(bits: 0xb44d_b705_2000_0000).middleBits == 0xb705_2000)
    }
}
