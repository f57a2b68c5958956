import BatonBase
import Testing

@testable import BatonMedia

/// A packet of G.711 whose octets are all `octet`.
private func packet(_ sequence: Int, _ octet: UInt8, payloadType: UInt8 = 0) -> [UInt8] {
    Array(rtp(sequence, payloadType: payloadType)[..<12]) + [UInt8](repeating: octet, count: 160)
}

extension RelayFixture {
    /// Lets the next inspection of the ports come.
    fileprivate mutating func inspect() {
        now = now + .seconds(3)
        while core.nextDueAction(at: now) != nil {}
    }

    fileprivate func level(_ port: Int) -> Int? {
        let value = count(.audioLevel, port)
        return value > 0 ? 1 - Int(value) : nil
    }
}

@Suite("how loud passing audio is")
struct AudioLevelTests {
    @Test("one packet of G.711 is looked at after each inspection, by its law")
    func measures() {
        var relay = RelayFixture()
        _ = relay.receive(packet(1, 0x80), from: RelayFixture.partyA, on: 0)
        #expect(relay.level(0) == nil, "nobody has asked")
        relay.inspect()
        // 0x80 is the loudest octet of the µ-law: 32124 of 32768.
        let sent = relay.receive(packet(2, 0x80), from: RelayFixture.partyA, on: 0)
        #expect(sent.count == 1, "it goes on as it is")
        #expect(sent.first?.1 == packet(2, 0x80))
        #expect(relay.level(0) == 0)
        #expect(relay.count(.lastAudibleNanoseconds, 0) == relay.now.nanoseconds)
        _ = relay.receive(packet(3, 0xff), from: RelayFixture.partyA, on: 0)
        #expect(relay.level(0) == 0, "one packet only")
        let heard = relay.now
        relay.inspect()
        _ = relay.receive(packet(4, 0xff), from: RelayFixture.partyA, on: 0)
        #expect(relay.level(0) == -127)
        #expect(relay.count(.lastAudibleNanoseconds, 0) == heard.nanoseconds)
    }

    @Test("the silence of the A-law is one step, far below what can be heard")
    func aLaw() {
        var relay = RelayFixture()
        _ = relay.receive(packet(1, 0xd5, payloadType: 8), from: RelayFixture.partyA, on: 0)
        relay.inspect()
        _ = relay.receive(packet(2, 0xd5, payloadType: 8), from: RelayFixture.partyA, on: 0)
        #expect(relay.level(0).map { $0 <= RelayCore.audibleDBov } == true)
        #expect(relay.count(.lastAudibleNanoseconds, 0) == 0)
    }

    @Test("other codecs, empty payloads and padding are no audio that can be read")
    func others() {
        var relay = RelayFixture()
        _ = relay.receive(rtp(1, payloadType: 96), from: RelayFixture.partyA, on: 0)
        relay.inspect()
        _ = relay.receive(rtp(2, payloadType: 96), from: RelayFixture.partyA, on: 0)
        #expect(relay.level(0) == nil)
        _ = relay.receive(packet(3, 0x80), from: RelayFixture.partyA, on: 0)
        relay.inspect()
        var padded = packet(4, 0x80)
        padded[0] |= 0x20
        padded[padded.count - 1] = 160
        _ = relay.receive(padded, from: RelayFixture.partyA, on: 0)
        #expect(relay.level(0) == nil)
    }
}
