import BatonRTP
import Testing

@Suite("Demultiplexing (RFC 7983 §7, RFC 5761 §4)")
struct RTPDemultiplexerTests {
    func kind(_ bytes: [UInt8]) -> MediaDatagramKind {
        RTPDemultiplexer.classify(bytes.span.bytes)
    }

    @Test("the first byte decides, over all its values")
    func classifiesFirstByte() {
        for first in UInt8.min ... .max {
            let expected: MediaDatagramKind =
                switch first {
                case 0...3: .stun
                case 20...63: .dtls
                case 128...191: .rtp
                default: .other
                }
            #expect(kind([first, 0]) == expected, "first byte \(first)")
        }
    }

    @Test("RTCP is what has a packet type of 192…223 in the second byte")
    func classifiesSecondByte() {
        for second in UInt8.min ... .max {
            let isRTCP = (192...223).contains(second)
            #expect(kind([0x80, second]) == (isRTCP ? .rtcp : .rtp), "second byte \(second)")
            #expect(kind([0xbf, second]) == (isRTCP ? .rtcp : .rtp), "second byte \(second)")
            #expect(kind([0x00, second]) == .stun)
        }
    }

    @Test("one byte or none is nothing known")
    func classifiesShort() {
        #expect(kind([]) == .other)
        #expect(kind([0x80]) == .other)
    }
}
