import BatonTranscode
import Testing

@Suite("Payload types and their formats")
struct PayloadTypeMapTests {
    @Test("a payload type means the first format that has it, others mean nothing")
    func looksUp() {
        let map = PayloadTypeMap([
            AudioFormat(.pcma, payloadType: 8), AudioFormat(.opus, payloadType: 96),
            AudioFormat(.g722, payloadType: 96),
        ])
        #expect(map[8]?.codec == .pcma)
        #expect(map[96]?.codec == .opus)
        #expect(map[0] == nil)
        #expect(map.index(of: 96) == 1)
    }
}
