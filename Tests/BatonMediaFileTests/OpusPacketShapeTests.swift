import BatonMediaFile
import Testing

@Suite("Duration of Opus packets (RFC 6716 §3)")
struct OpusPacketShapeTests {
    private func samples(_ packet: [UInt8]) -> Int? {
        OpusPacketShape.sampleCount(of: packet.span.bytes)
    }

    @Test("each configuration has the frame size of table 2")
    func knowsConfigurations() {
        let tenthsOfMilliseconds =
            [100, 200, 400, 600, 100, 200, 400, 600, 100, 200, 400, 600, 100, 200, 100, 200]
            + [25, 50, 100, 200, 25, 50, 100, 200, 25, 50, 100, 200, 25, 50, 100, 200]
        for (configuration, duration) in tenthsOfMilliseconds.enumerated() {
            let byte = UInt8(configuration << 3)
            #expect(samples([byte]) == duration * 48 / 10, "configuration \(configuration)")
            #expect(samples([byte | 5, 0]) == 2 * duration * 48 / 10)
            #expect(samples([byte | 2, 0]) == 2 * duration * 48 / 10)
        }
    }

    @Test("code 3 counts its frames, of no more than 120 ms")
    func countsFrames() {
        #expect(samples([0xff, 6]) == 5760)
        #expect(samples([0xff, 0xc6]) == 5760)
        #expect(samples([0xff, 7]) == nil)
        #expect(samples([0xff, 0]) == nil)
        #expect(samples([0xff]) == nil)
        #expect(samples([0x83, 48]) == 5760)
        #expect(samples([]) == nil)
    }
}
