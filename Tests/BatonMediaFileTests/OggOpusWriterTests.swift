import BatonBase
import Testing

@testable import BatonMediaFile

@Suite("Opus streams written to Ogg (RFC 7845)")
struct OggOpusWriterTests {
    private func pages(_ file: [UInt8]) throws -> [OggPage] {
        var reader = OggReader()
        var pages: [OggPage] = []
        while let page = try reader.nextPage(in: file.span.bytes) { pages.append(page) }
        #expect(reader.skippedByteCount == 0)
        return pages
    }

    @Test("random packets come back, in pages of about a second", arguments: 1...20)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let head = OpusHead(
            channelCount: Int.random(in: 1...2, using: &random),
            preSkip: Int.random(in: 0...3840, using: &random),
            outputGain: Int16.random(in: .min ... .max, using: &random))
        var file: [UInt8] = []
        var writer = try OggOpusWriter(
            head, serialNumber: 9, comments: ["TITLE=x"], to: &file)
        var packets: [[UInt8]] = []
        for _ in 0..<Int.random(in: 1...100, using: &random) {
            let size = Int.random(in: 0...19, using: &random) == 0 ? 60_000 : 200
            let packet = opusPacket(
                configuration: UInt8.random(in: 0...31, using: &random),
                randomBytes(Int.random(in: 0...size, using: &random), &random))
            packets.append(packet)
            try writer.append(packet.span.bytes, to: &file)
        }
        let trim = Int.random(in: 0...100, using: &random)
        try writer.finish(endTrim: trim, to: &file)
        let reader = try OggOpusReader(file.span.bytes)
        #expect(reader.head == head && reader.isComplete && reader.endTrim == trim)
        #expect(reader.packets.map { Array(reader.payload[$0.byteRange]) } == packets)
        #expect(reader.damage == OggOpusReader.Damage(), "seed \(seed)")
        #expect(writer.sampleCount == reader.durations.reduce(-trim, +))
        var start: Int64 = 0
        for page in try pages(file).dropFirst(2) {
            #expect(page.granulePosition - start < 48_000 + 5_760)
            start = page.granulePosition
        }
    }

    @Test("headers are on pages of their own, and the last page ends the stream")
    func laysOutPages() throws {
        var file: [UInt8] = []
        var writer = try OggOpusWriter(
            OpusHead(channelCount: 1, preSkip: 0), serialNumber: 9, to: &file)
        #expect(try pages(file).map(\.isFirst) == [true, false])
        let packet = opusPacket([1, 2, 3])
        for _ in 0..<100 { try writer.append(packet.span.bytes, to: &file) }
        #expect(try pages(file).map(\.granulePosition) == [0, 0, 48_000])
        try writer.finish(to: &file)
        let written = try pages(file)
        #expect(written.map(\.granulePosition) == [0, 0, 48_000, 96_000])
        #expect(written.map(\.isLast) == [false, false, false, true])
        #expect(written.map(\.sequenceNumber) == [0, 1, 2, 3])
        #expect(writer.isFinished)
        #expect(throws: OggOpusWriteError.finished) { try writer.finish(to: &file) }
        #expect(throws: OggOpusWriteError.finished) {
            try writer.append(packet.span.bytes, to: &file)
        }
    }

    @Test("an end trim does not reach back beyond the last page")
    func limitsEndTrim() throws {
        var file: [UInt8] = []
        var writer = try OggOpusWriter(
            OpusHead(channelCount: 1, preSkip: 0), serialNumber: 9, to: &file)
        let packet = opusPacket([1, 2, 3])
        for _ in 0..<51 { try writer.append(packet.span.bytes, to: &file) }
        try writer.finish(endTrim: .max, to: &file)
        #expect(try pages(file).map(\.granulePosition) == [0, 0, 48_000, 48_000])
        #expect(try OggOpusReader(file.span.bytes).endTrim == 960)
    }

    @Test("a stream without packets is a whole file too")
    func writesNothing() throws {
        var file: [UInt8] = []
        var writer = try OggOpusWriter(
            OpusHead(channelCount: 2, preSkip: 0), serialNumber: 9, to: &file)
        try writer.finish(endTrim: 10, to: &file)
        let reader = try OggOpusReader(file.span.bytes)
        #expect(reader.isComplete && reader.packets.isEmpty && reader.sampleCount == 0)
    }

    @Test("what is no packet is refused, and so are endless comments")
    func refuses() throws {
        var file: [UInt8] = []
        var writer = try OggOpusWriter(
            OpusHead(channelCount: 1, preSkip: 0), serialNumber: 9, to: &file)
        let count = file.count
        let empty: [UInt8] = []
        let huge = [UInt8](repeating: 0, count: OpusPacketShape.byteCountMax + 1)
        #expect(throws: OggOpusWriteError.malformedPacket) {
            try writer.append(empty.span.bytes, to: &file)
        }
        #expect(throws: OggOpusWriteError.packetTooLarge) {
            try writer.append(huge.span.bytes, to: &file)
        }
        #expect(file.count == count)
        #expect(throws: OggOpusWriteError.commentsTooLarge) {
            _ = try OggOpusWriter(
                OpusHead(channelCount: 1, preSkip: 0), serialNumber: 9,
                comments: [String(repeating: "x", count: 70_000)], to: &file)
        }
    }
}

@Suite("Gaps in Opus streams (RFC 7845 §4.1)")
struct OpusGapTests {
    /// The packets that fill a gap of `samples` after a packet of `configuration`, if any.
    private func fill(
        _ samples: [Int], after configuration: UInt8?, as filling: OpusGapFilling,
        isStereo: Bool = false
    ) throws -> (packets: [[UInt8]], durations: [Int]) {
        var file: [UInt8] = []
        var writer = try OggOpusWriter(
            OpusHead(channelCount: isStereo ? 2 : 1, preSkip: 0), serialNumber: 1, to: &file)
        if let configuration {
            let packet = opusPacket(configuration: configuration, [0])
            try writer.append(packet.span.bytes, to: &file)
        }
        for count in samples { try writer.appendGap(sampleCount: count, as: filling, to: &file) }
        try writer.finish(to: &file)
        let reader = try OggOpusReader(file.span.bytes)
        let first = configuration == nil ? 0 : 1
        return (
            reader.packets.dropFirst(first).map { Array(reader.payload[$0.byteRange]) },
            Array(reader.durations.dropFirst(first))
        )
    }

    @Test(
        "concealment keeps the configuration of the packet before, as far as it can",
        arguments: [
            // configuration, samples of the gap, configurations and numbers of frames
            (31, 960, [(31, 1)]), (31, 9_600, [(31, 6), (31, 4)]), (31, 1_080, [(31, 1), (28, 1)]),
            (3, 5_760, [(3, 2)]), (3, 3_840, [(3, 1), (1, 1)]), (1, 600, [(0, 1), (16, 1)]),
            (9, 1_320, [(9, 1), (21, 1), (20, 1)]), (13, 1_560, [(13, 1), (12, 1), (24, 1)]),
            (15, 240, [(29, 1)]), (4, 240, [(21, 1)]), (16, 5_760, [(16, 48)]),
        ] as [(UInt8, Int, [(UInt8, UInt8)])])
    func conceals(configuration: UInt8, samples: Int, expected: [(UInt8, UInt8)]) throws {
        let (packets, durations) = try fill([samples], after: configuration, as: .concealment)
        #expect(packets == expected.map { [$0.0 << 3 | 3, $0.1] })
        #expect(durations.reduce(0, +) == samples)
    }

    @Test("silence is full-band frames that say so, stereo in a stereo file")
    func writesSilence() throws {
        let (packets, durations) = try fill([6_120], after: 3, as: .silence, isStereo: true)
        #expect(
            packets == [
                [0xff, 6] + [UInt8](repeatElement([0xff, 0xfe], count: 6).joined()),
                [0xe7 | 8, 1, 0xff, 0xfe], [0xe7, 1, 0xff, 0xfe],
            ])
        #expect(durations == [5_760, 240, 120])
    }

    @Test("what is shorter than 2.5 ms is added to the next gap")
    func carriesRest() throws {
        let (_, durations) = try fill([100, 100, 39, 1], after: nil, as: .concealment)
        #expect(durations == [120, 120])
        #expect(try fill([-5, 119], after: nil, as: .silence).durations.isEmpty)
    }

    @Test("a gap has at most 24 hours")
    func limitsGap() {
        var gap = OpusGap(channelCount: 1)
        gap.add(sampleCount: .max)
        gap.add(sampleCount: 1)
        #expect(gap.sampleCount == 24 * 3_600 * 48_000)
    }
}
