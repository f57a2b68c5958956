import BatonBase
import BatonMediaFile
import BatonTestKit
import Testing

@Suite("Opus streams read from Ogg (RFC 7845)")
struct OggOpusReaderTests {
    private func read(
        _ file: [UInt8], _ limits: OggOpusReader.Limits = .init()
    ) throws -> OggOpusReader {
        try OggOpusReader(file.span.bytes, limits: limits)
    }

    private func error(
        _ file: [UInt8], _ limits: OggOpusReader.Limits = .init()
    ) -> MediaFileError? {
        failure { () throws(MediaFileError) in
            _ = try OggOpusReader(file.span.bytes, limits: limits)
        }
    }

    /// Packets of 20 ms with these frames.
    private func packets(_ sizes: [Int]) -> [[UInt8]] {
        sizes.map { opusPacket([UInt8](repeating: UInt8($0 & 0xff), count: $0 - 1)) }
    }

    @Test(
        "packets and times are those that ffprobe reports",
        arguments: [
            ("opusenc-mono.opus", 1, 500), ("opusenc-stereo.opus", 2, 250),
            ("ffmpeg-opus.ogg", 1, 200), ("ffmpeg-flac-and-opus.ogg", 1, 200),
        ])
    func agreesWithFfprobe(name: String, channels: Int, milliseconds: Int) throws {
        let reader = try read(vectors.bytes(name))
        let text = try vectors.bytes("\(name.split(separator: ".")[0]).packets.txt")
        let expected = String(decoding: text, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",").compactMap { Int($0) }
        }
        #expect(reader.sizes == expected.map { $0[1] })
        // ffprobe takes the end trim off the last packet.
        var durations = reader.durations
        durations[durations.count - 1] -= reader.endTrim
        #expect(durations == expected.map { $0[0] })
        #expect(reader.head.channelCount == channels && reader.head.preSkip == 312)
        #expect(reader.duration == .milliseconds(milliseconds))
        #expect(reader.sampleCount == 48 * milliseconds)
        #expect(reader.isComplete && reader.damage == OggOpusReader.Damage())
    }

    @Test("of chained streams the first is taken")
    func takesFirstOfChain() throws {
        let first = try vectors.bytes("opusenc-stereo.opus")
        let chained = try read(first + vectors.bytes("opusenc-mono.opus"))
        let alone = try read(first)
        #expect(chained.packets == alone.packets && chained.payload == alone.payload)
        // Without the first stream's last page, the second one's packets still do not join it.
        let cut = try read(Array(first.dropLast(100)) + vectors.bytes("opusenc-mono.opus"))
        #expect(cut.packets == alone.packets.dropLast(2) && !cut.isComplete)
        // Nor when it has the same serial number.
        let same = try read(Array(first.dropLast(100)) + first)
        #expect(same.packets == alone.packets.dropLast(2) && !same.isComplete)
    }

    @Test("a packet that goes on over three pages comes as one")
    func joinsPages() throws {
        let packet = packets([700])[0]
        let file =
            opusHeaderPages()
            + oggPage(
                packets([10]) + [Array(packet[..<255])], granule: 960, sequence: 2, isOpen: true)
            + oggPage([Array(packet[255..<510])], granule: -1, sequence: 3, flags: 1, isOpen: true)
            + oggPage(
                [Array(packet[510...])] + packets([12]), granule: 2880, sequence: 4, flags: 5)
        let reader = try read(file)
        #expect(reader.sizes == [10, 700, 12] && reader.durations == [960, 960, 960])
        #expect(reader.payload[reader.packets[1].byteRange].elementsEqual(packet))
        #expect(reader.damage == OggOpusReader.Damage() && reader.isComplete)
    }

    @Test("a packet of which a page is missing is dropped, and its time becomes a gap")
    func keepsTimeOfLostPages() throws {
        let packet = packets([700])[0]
        let pages = [
            oggPage(
                packets([10]) + [Array(packet[..<255])], granule: 960, sequence: 2, isOpen: true),
            oggPage([Array(packet[255..<510])], granule: -1, sequence: 3, flags: 1, isOpen: true),
            oggPage([Array(packet[510...])] + packets([12]), granule: 2880, sequence: 4, flags: 5),
        ]
        let reader = try read(opusHeaderPages() + pages[0] + pages[2])
        #expect(reader.sizes == [10, 0, 12] && reader.durations == [960, 960, 960])
        #expect(reader.packets[1].isGap)
        #expect(reader.damage.lostPageCount == 1 && reader.damage.malformedPacketCount == 2)
        let first = try read(opusHeaderPages() + pages[1] + pages[2])
        #expect(first.sizes == [12])
        let last = try read(opusHeaderPages() + pages[0] + pages[1])
        #expect(last.sizes == [10] && last.payload.count == 10)
        #expect(last.damage.malformedPacketCount == 1)
    }

    @Test("a packet that the next page does not go on with is dropped")
    func dropsUnfinished() throws {
        let file =
            opusHeaderPages()
            + oggPage(
                [[UInt8](repeating: 0xf8, count: 255)], granule: -1, sequence: 2, isOpen: true)
            + oggPage(packets([12]), granule: 960, sequence: 3, flags: 4)
        let reader = try read(file)
        #expect(reader.sizes == [12] && reader.payload.count == 12)
        #expect(reader.damage.malformedPacketCount == 1 && reader.damage.lostPageCount == 0)
    }

    @Test("more time on the last page's packets than it says is an end trim")
    func trimsEnd() throws {
        let page = oggPage(packets([5, 6, 7]), granule: 2000, sequence: 2, flags: 4)
        let reader = try read(opusHeaderPages(preSkip: 100) + page)
        #expect(reader.endTrim == 880 && reader.sampleCount == 1900)
        let huge = try read(
            opusHeaderPages()
                + oggPage(packets([5]), granule: 960, sequence: 2)
                + oggPage(packets([5]), granule: 3, sequence: 3, flags: 4))
        #expect(huge.endTrim == 960)
    }

    @Test("a stream that begins at some later time has no gap before it")
    func beginsLate() throws {
        let page = oggPage(packets([5]), granule: 1_000_000, sequence: 2, flags: 4)
        let reader = try read(opusHeaderPages(gain: 0xff00) + page)
        #expect(reader.sizes == [5] && reader.endTrim == 0)
        #expect(reader.head.outputGain == -256)
    }

    @Test("a hole longer than the limit is no gap, and neither is time that runs backwards")
    func limitsGaps() throws {
        let file = { (second: Int) in
            opusHeaderPages()
                + oggPage(packets([5]), granule: 960, sequence: 2)
                + oggPage(packets([6]), granule: second, sequence: 3)
                + oggPage(packets([7]), granule: second + 960, sequence: 4, flags: 4)
        }
        var limits = OggOpusReader.Limits()
        limits.gapSampleCountMax = 4800
        #expect(try read(file(1920 + 4800), limits).durations == [960, 4800, 960, 960])
        for second in [1920 + 4801, 900, Int.max - 960] {
            let reader = try read(file(second), limits)
            #expect(reader.sizes == [5, 6, 7])
            #expect(reader.damage.discontinuityCount == 1)
        }
    }

    @Test("packets that cannot be Opus are dropped and counted")
    func dropsMalformed() throws {
        let page = oggPage(
            packets([5]) + [[], [0xff], [0xff, 0x30]] + packets([6]), granule: 1920, sequence: 2,
            flags: 4)
        let reader = try read(opusHeaderPages() + page)
        #expect(reader.sizes == [5, 6] && reader.damage.malformedPacketCount == 3)
    }

    @Test("a packet of more than 60 KiB is dropped, and the next one is whole")
    func dropsHugePackets() throws {
        let part = [UInt8](repeating: 0xf8, count: 255 * 200)
        let file =
            opusHeaderPages() + oggPage([part], granule: -1, sequence: 2, isOpen: true)
            + oggPage([part + [1]] + packets([6]), granule: 960, sequence: 3, flags: 5)
        let reader = try read(file)
        #expect(reader.sizes == [6] && reader.payload.count == 6)
        #expect(reader.damage.malformedPacketCount == 1)
    }

    @Test("comments over many pages are skipped, up to a limit; lost ones are no loss")
    func skipsComments() throws {
        let head = Array(opusHeaderPages().prefix(47))
        let tags = Array("OpusTags".utf8) + [UInt8](repeating: 0xf8, count: 255 * 300 - 8)
        let split = 255 * 255
        let pages = [
            oggPage([Array(tags[..<split])], granule: 0, sequence: 1, isOpen: true),
            oggPage([Array(tags[split...]) + [1]], granule: 0, sequence: 2, flags: 1),
            oggPage(packets([5]), granule: 960, sequence: 3, flags: 4),
        ]
        #expect(try read(head + Array(pages.joined())).sizes == [5])
        #expect(try read(head + pages[0] + pages[2]).sizes == [5])
        #expect(try read(head + pages[1] + pages[2]).sizes == [5])
        #expect(try read(head + pages[2]).sizes == [5])
        var limits = OggOpusReader.Limits()
        limits.tagsByteCountMax = 70_000
        #expect(
            error(head + Array(pages.joined()), limits)
                == .limitExceeded("a comment header of over 70000 bytes"))
        #expect(
            error(head + oggPage([[1, 2]], granule: 0, sequence: 1))
                == .malformed("no comment header"))
    }

    @Test("what cannot be played says why")
    func refuses() throws {
        #expect(
            error(try vectors.bytes("ffmpeg-six-channels.opus"))
                == .unsupported("channel mapping family 1 (6 channels) of Opus"))
        #expect(
            error(try vectors.bytes("ffmpeg-flac.ogg"))
                == .unsupported("an Ogg file without an Opus stream"))
        #expect(error(try vectors.bytes("sox-pcm16.wav")) == .unknownFormat)
        #expect(error([]) == .truncated)
        #expect(
            error(opusHeaderPages(version: 0x10)) == .unsupported("version 16 of Ogg Opus"))
        #expect(
            error(opusHeaderPages(channels: 3)) == .malformed("an Opus header of 3 channels"))
        #expect(error(opusHeaderPages()) == .truncated)
    }

    @Test("there is a limit of packets and one of bytes")
    func keepsLimits() throws {
        let file = try vectors.bytes("opusenc-stereo.opus")
        var limits = OggOpusReader.Limits()
        limits.packetCountMax = 5
        #expect(error(file, limits) == nil)
        limits.packetCountMax = 4
        #expect(error(file, limits) == .limitExceeded("more than 4 packets"))
        limits.byteCountMax = file.count - 1
        #expect(error(file, limits) == .limitExceeded("2502 bytes, 2501 may be read"))
    }

    @Test("a file cut anywhere gives its whole pages' packets, or ends too early")
    func survivesTruncation() throws {
        let file = try vectors.bytes("opusenc-stereo.opus")
        let whole = try read(file)
        for count in file.indices {
            let part = Array(file[..<count])
            if let error = error(part) {
                #expect(error == .truncated, "\(count)")
            } else {
                let reader = try read(part)
                #expect(reader.packets.elementsEqual(whole.packets.prefix(reader.packets.count)))
                #expect(!reader.isComplete && !reader.packets.isEmpty)
            }
        }
    }
}
