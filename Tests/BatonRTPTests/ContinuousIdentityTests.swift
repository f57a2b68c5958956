import BatonBase
import BatonRTP
import Testing

@Suite("Continuous identity (N24, RFC 3550 §5.1)")
struct ContinuousIdentityTests {
    /// A sink that has sent packet 1000 of source 1, timestamp 50,000, at 10 s.
    var identity = ContinuousIdentity(
        ssrc: 1, sequenceNumber: 1000, timestamp: 50_000, at: Self.start)

    static let start = Instant(nanoseconds: 10_000_000_000)

    /// What goes out for an 8 kHz packet that comes `ms` milliseconds after the start.
    mutating func send(
        _ ssrc: UInt32, _ sequenceNumber: UInt16, _ timestamp: UInt32, ms: Int
    ) -> [UInt32] {
        let outgoing = identity.rewrite(
            ssrc: ssrc, sequenceNumber: sequenceNumber, timestamp: timestamp, clockRateHz: 8000,
            at: Self.start + .milliseconds(ms))
        guard let outgoing else { return [] }
        return [outgoing.ssrc, UInt32(outgoing.sequenceNumber), outgoing.timestamp]
    }

    @Test("the first source passes unchanged, whatever is lost or reordered")
    mutating func passesFirstSource() {
        #expect(send(1, 1001, 50_160, ms: 20) == [1, 1001, 50_160])
        #expect(send(1, 1005, 50_800, ms: 100) == [1, 1005, 50_800])
        #expect(send(1, 1003, 50_480, ms: 101) == [1, 1003, 50_480])
        #expect(send(1, 999, 49_840, ms: 102) == [1, 999, 49_840])
        #expect(send(1, 1005, 50_800, ms: 103) == [1, 1005, 50_800])
        #expect(identity.sequenceOffset == 0 && identity.timestampOffset == 0)
        #expect(identity.changes == 0)
    }

    @Test("another source goes on with the next number and the time that has passed")
    mutating func joinsSource() {
        #expect(send(2, 7, 900, ms: 20) == [1, 1001, 50_160])
        #expect(send(2, 8, 1060, ms: 40) == [1, 1002, 50_320])
        #expect(identity.sourceSSRC == 2)
        #expect(identity.changes == 1)
        #expect(identity.sequenceOffset == 994)
        #expect(identity.timestampOffset == 49_260)
    }

    @Test("a silence before the change is as long on the timestamp line")
    mutating func keepsSilence() {
        #expect(send(2, 7, 900, ms: 3000) == [1, 1001, 74_000])
    }

    @Test("a source that begins at once is put a packet's length behind the one before")
    mutating func keepsPacketLength() {
        _ = send(1, 1001, 50_160, ms: 20)
        #expect(send(2, 7, 900, ms: 21) == [1, 1002, 50_320])
    }

    @Test("late packets around a change go where they belong, or nowhere")
    mutating func placesLatePackets() {
        _ = send(1, 1002, 50_320, ms: 40)
        #expect(send(2, 7, 900, ms: 60) == [1, 1003, 50_480])
        #expect(send(1, 1001, 50_160, ms: 61) == [1, 1001, 50_160])
        #expect(send(1, 1003, 50_480, ms: 62) == [])
        #expect(send(2, 6, 740, ms: 63) == [])
        #expect(send(2, 9, 1220, ms: 100) == [1, 1005, 50_800])
        #expect(send(2, 8, 1060, ms: 101) == [1, 1004, 50_640])
        #expect(identity.changes == 1)
    }

    @Test("the source before that goes on speaking later is a change back")
    mutating func changesBack() {
        _ = send(2, 7, 900, ms: 20)
        #expect(send(1, 1006, 50_960, ms: 120) == [1, 1002, 50_960])
        #expect(identity.sourceSSRC == 1)
        #expect(identity.changes == 2)
    }

    @Test("a source that starts anew under its SSRC goes on unbroken")
    mutating func joinsRestart() {
        #expect(send(1, 40_000, 7, ms: 20) == [1, 1001, 50_160])
        #expect(send(1, 40_001, 167, ms: 40) == [1, 1002, 50_320])
        #expect(send(1, 999, 49_840, ms: 50) == [1, 999, 49_840])
    }

    @Test("a timestamp that jumps within the sequence goes on unbroken")
    mutating func joinsNewTimeline() {
        #expect(send(1, 1001, 3_000_000_000, ms: 20) == [1, 1001, 50_160])
        #expect(send(1, 1003, 3_000_000_320, ms: 60) == [1, 1003, 50_480])
        #expect(send(1, 1002, 3_000_000_160, ms: 61) == [1, 1002, 50_320])
        #expect(send(1, 1000, 50_000, ms: 62) == [1, 1000, 50_000])
        #expect(identity.sequenceOffset == 0)
    }

    @Test("both numbers wrap across a change")
    mutating func wraps() {
        identity = ContinuousIdentity(
            ssrc: 1, sequenceNumber: .max, timestamp: .max - 10, at: Self.start)
        #expect(send(2, 7, 900, ms: 20) == [1, 0, 149])
    }

    @Test("a silence of days advances the timestamp by less than half its circle")
    mutating func boundsAdvance() {
        #expect(send(2, 7, 900, ms: 2_000_000_000) == [1, 1001, 50_000 + 0x7fff_ffff])
    }

    @Test("only the first packet after a change says so")
    mutating func marksFirst() {
        var identity = identity
        func isFirst(_ ssrc: UInt32, _ number: UInt16, ms: Int) -> Bool? {
            identity.rewrite(
                ssrc: ssrc, sequenceNumber: number, timestamp: UInt32(number) * 160,
                clockRateHz: 8000, at: Self.start + .milliseconds(ms))?.isFirstOfSource
        }
        #expect(isFirst(2, 10, ms: 20) == true)
        #expect(isFirst(2, 11, ms: 40) == false)
        #expect(isFirst(2, 10, ms: 41) == false)
    }

    @Test("without a clock rate the timestamp goes on by the last packet's length")
    mutating func worksWithoutClock() {
        _ = send(1, 1001, 50_160, ms: 20)
        let outgoing = identity.rewrite(
            ssrc: 2, sequenceNumber: 7, timestamp: 900, clockRateHz: 0,
            at: Self.start + .milliseconds(5000))
        #expect(outgoing?.timestamp == 50_320)
    }
}
