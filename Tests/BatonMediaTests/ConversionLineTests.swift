import BatonBase
import BatonCrypto
import BatonRTP
import Testing

@testable import BatonMedia

/// What left, field by field.
private struct Left: Equatable {
    var ssrc: UInt32
    var payloadType: UInt8
    var sequence: UInt16
    var timestamp: UInt32
    var payload: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let header = try RTPHeader(validating: bytes.span.bytes)
        ssrc = header.ssrc
        payloadType = header.payloadType
        sequence = header.sequenceNumber
        timestamp = header.timestamp
        payload = Array(bytes[header.headerLength...])
    }
}

/// PCMU becomes what `target` says, PCMA passes as 77, keys go to the receiver's 8 kHz events.
private func mixed(_ target: CodecFormat) -> MediaConversion {
    MediaConversion(
        rules: [
            .init(Formats.pcmu, .convert(.init(format: target))),
            .init(Formats.pcma, .passAs(77)),
            .init(Formats.events8, .telephoneEvent(Formats.events8)),
        ], telephoneEvents: [Formats.events8])
}

private func key(_ sequence: Int, timestamp: Int, duration: Int) -> [UInt8] {
    var packet = Array(rtp(timestamp / 160, payloadType: 101)[..<12])
    (packet[2], packet[3]) = (UInt8(sequence >> 8 & 255), UInt8(sequence & 255))
    return packet + [5, 10, UInt8(duration >> 8), UInt8(duration & 255)]
}

extension RelayFixture {
    /// Party A sends a packet every 20 ms; what leaves for B, by the batch or by the outbox.
    fileprivate mutating func line(_ packets: [[UInt8]]) throws -> [Left] {
        var left: [Left] = []
        for packet in packets {
            left += try receive(packet, from: RelayFixture.partyA, on: 0).map { try Left($0.1) }
            left += try pass(.milliseconds(20)).filter { $0.0.kind == .media }
                .map { try Left($0.1) }
        }
        return left
    }
}

@Suite("One line of what passes and what is encoded (N20, RFC 3550 §5.1)")
struct ConversionLineTests {
    private func expectOneLine(
        _ left: [Left], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Set(left.map(\.ssrc)) == [0x1234_5678], sourceLocation: sourceLocation)
        for (one, next) in zip(left, left.dropFirst()) {
            #expect(next.sequence == one.sequence &+ 1, sourceLocation: sourceLocation)
        }
    }

    @Test("codecs of one clock alternate in one sequence, and timestamps are the source's")
    func sameClock() throws {
        var relay = RelayFixture { $0[0].conversion = mixed(Formats.pcma) }
        let types: [UInt8] = [0, 0, 8, 8, 0, 8, 0, 0, 0, 8, 8, 8, 0]
        let packets = types.enumerated().map { rtp(40_000 + $0, payloadType: $1) }
        let left = try relay.line(packets)
        expectOneLine(left)
        let outgoing: [UInt8] = types.map { $0 == 0 ? 8 : 77 }
        #expect(left.map(\.payloadType) == outgoing)
        let expected: [UInt32] = (40_000..<40_013).map { UInt32($0 * 160) }
        #expect(left.map(\.timestamp) == expected)
        for (one, packet) in zip(left, packets) where one.payloadType == 77 {
            #expect(one.payload == Array(packet[12...]))
        }
    }

    @Test("RFC 7160: at a change of the clock the line goes on where it is, in the other clock")
    func otherClock() throws {
        var relay = RelayFixture { $0[0].conversion = mixed(Formats.opus) }
        let types: [UInt8] = [0, 0, 0, 8, 8, 8, 0, 0]
        let left = try relay.line(types.enumerated().map { rtp(100 + $0, payloadType: $1) })
        expectOneLine(left)
        let outgoing: [UInt8] = types.map { $0 == 0 ? 111 : 77 }
        #expect(left.map(\.payloadType) == outgoing)
        let steps = zip(left, left.dropFirst()).map { $1.timestamp &- $0.timestamp }
        #expect(steps == [960, 960, 960, 160, 160, 160, 960])
    }

    @Test("a key that is pressed while the audio passes is on the audio's line")
    func events() throws {
        var relay = RelayFixture { $0[0].conversion = mixed(Formats.opus) }
        var packets = (0..<3).map { rtp($0, payloadType: 8) }
        packets += (0..<3).map { key(3 + $0, timestamp: 480, duration: 160 * ($0 + 1)) }
        packets += (6..<8).map { rtp($0, payloadType: 8) }
        let left = try relay.line(packets)
        expectOneLine(left)
        #expect(left.map(\.payloadType) == [77, 77, 77, 101, 101, 101, 77, 77])
        #expect(left.map(\.timestamp) == [0, 160, 320, 480, 480, 480, 960, 1_120])
    }

    @Test("what was lost before a packet that passes is missing for its receiver, too")
    func losses() throws {
        var relay = RelayFixture { $0[0].conversion = mixed(Formats.opus) }
        let packets = [0, 1, 2, 5, 6, 7].map { rtp($0, payloadType: 8) }
        let left = try relay.line(packets) + relay.pass(.seconds(1)).map { try Left($0.1) }
        #expect(left.count == 6)
        let steps = zip(left, left.dropFirst()).map { $1.sequence &- $0.sequence }
        #expect(steps == [1, 1, 3, 1, 1])
        #expect(left.map(\.timestamp) == [0, 160, 320, 800, 960, 1_120])
    }

    @Test("N16: reports count both, in the clock of what was sent last")
    func reports() throws {
        var relay = RelayFixture { all in
            all[0].conversion = mixed(Formats.opus)
            all[0].rtcpTreatment = .terminate(
                RTCPTermination(exit: PortSlot(2), hasFeedback: false, passesFeedback: false))
            all[1].rtcpTreatment = .terminate(
                RTCPTermination(exit: PortSlot(3), hasFeedback: false, passesFeedback: false))
        }
        var sent: [Left] = []
        var report: [UInt8] = []
        for sequence in 0..<400 where report.isEmpty {
            let type: UInt8 = sequence < 20 ? 0 : 8
            _ = relay.receive(
                rtp(sequence, payloadType: type), from: RelayFixture.partyA, on: 0)
            for (transmit, bytes) in relay.pass(.milliseconds(20)) {
                if transmit.kind == .media { sent.append(try Left(bytes)) }
                if transmit.kind == .rtcp, transmit.sink == PortSlot(3) { report = bytes }
            }
        }
        let first = try #require(try rtcpReports(report).sender)
        let last = try #require(sent.last)
        #expect(sent.count > 25 && first.ssrc == 0x1234_5678)
        #expect(first.packetCount == UInt32(sent.count))
        let bytes = sent.reduce(0) { $0 + $1.payload.count }
        #expect(first.octetCount == UInt32(bytes))
        #expect(first.rtpTimestamp &- last.timestamp <= 160)
    }
}
