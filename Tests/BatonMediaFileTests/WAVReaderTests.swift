import BatonMediaFile
import BatonTestKit
import Testing

@Suite("WAV files read (RIFF/WAVE, EBU Tech 3306)")
struct WAVReaderTests {
    /// The G.711 value of each code word, straight from the figures of ITU-T G.711 tables 1 and 2.
    private static let muLaw: [Int16] = (0..<256).map { word in
        let bits = ~word & 0xff
        let magnitude = ((bits & 15) << 3 + 0x84) << (bits >> 4 & 7) - 0x84
        return Int16(bits & 0x80 != 0 ? -magnitude : magnitude)
    }
    private static let aLaw: [Int16] = (0..<256).map { word in
        let bits = word ^ 0x55
        let segment = bits >> 4 & 7
        let base = (bits & 15) << 4 + 8 + (segment > 0 ? 0x100 : 0)
        let magnitude = segment > 1 ? base << (segment - 1) : base
        return Int16(bits & 0x80 != 0 ? magnitude : -magnitude)
    }

    private func mono(_ file: [UInt8], _ frames: Range<Int>? = nil) throws -> [Int16] {
        let reader = try WAVReader(file.span.bytes)
        var samples: [Int16] = []
        let table = reader.format.encoding == .aLaw ? Self.aLaw : Self.muLaw
        try reader.appendMono(
            frames: frames ?? 0..<reader.frameCount, of: file.span.bytes, companding: table,
            to: &samples)
        return samples
    }

    /// A file of mono 16-bit samples at 8 kHz.
    private func file(
        riff: String = "RIFF", riffSize: Int? = nil, before: [UInt8] = [], format: [UInt8]? = nil,
        dataSize: Int? = nil, data: [UInt8] = [1, 0, 2, 0, 3, 0], after: [UInt8] = []
    ) -> [UInt8] {
        let format =
            format ?? little(1, 2) + little(1, 2) + little(8000, 4) + little(16000, 4)
            + little(2, 2) + little(16, 2)
        let content =
            "WAVE".utf8 + before + "fmt ".utf8 + little(format.count, 4) + format + "data".utf8
            + little(dataSize ?? data.count, 4) + data + after
        return riff.utf8 + little(riffSize ?? content.count, 4) + content
    }

    @Test(
        "samples of every coding are those that sox converts to 16 bits and one channel",
        arguments: [
            ("pcm8", SampleEncoding.unsigned8), ("pcm16", .signed16), ("pcm24", .signed24),
            ("pcm32", .signed32), ("float32", .float32), ("float64", .float64), ("alaw", .aLaw),
            ("mulaw", .muLaw),
        ])
    func agreesWithSox(name: String, encoding: SampleEncoding) throws {
        let file = try vectors.bytes("sox-\(name).wav")
        let reader = try WAVReader(file.span.bytes)
        #expect(
            reader.format
                == WAVFormat(encoding: encoding, sampleRateHz: 8000, channelCount: 2))
        #expect(reader.frameCount == 27 && reader.missingByteCount == 0)
        #expect(reader.duration == .microseconds(3375))
        let expected = samples(try vectors.bytes("sox-\(name).s16"))
        let actual = try mono(file)
        #expect(actual.count == expected.count)
        // sox rounds halves of the mean another way.
        #expect(zip(actual, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        #expect(try mono(file, 5..<9) == Array(actual[5..<9]))
        #expect(try mono(file, 20..<100) == Array(actual[20...]))
    }

    @Test("16-bit mono samples pass unchanged, whatever chunks are around them")
    func monoIsExact() throws {
        let file = try vectors.bytes("sox-mono.wav")
        let range = try WAVReader(file.span.bytes).sampleBytes
        #expect(range == 44..<98)
        #expect(try mono(file) == samples(Array(file[range])))
        let chunk = "LIST".utf8 + little(3, 4) + [1, 2, 3, 0]
        let other = self.file(before: chunk, after: Array(chunk))
        #expect(try mono(other) == [1, 2, 3])
    }

    @Test("the extensible format of ffmpeg is read: three channels of 24 bits")
    func readsExtensible() throws {
        let file = try vectors.bytes("ffmpeg-three-channels.wav")
        let reader = try WAVReader(file.span.bytes)
        #expect(
            reader.format == WAVFormat(encoding: .signed24, sampleRateHz: 8000, channelCount: 3))
        #expect(reader.frameCount == 27)
        // Its third channel is half the first, so left alone would be off by more than rounding.
        let stereo = samples(
            try vectors.bytes("sox-pcm16.wav").dropFirst(44).map { $0 })
        let expected = (0..<27).map { frame in
            (Int(stereo[2 * frame]) * 3 / 2 + Int(stereo[2 * frame + 1])) / 3
        }
        #expect(zip(try mono(file), expected).allSatisfy { abs(Int($0) - $1) <= 1 })
    }

    @Test(
        "a writer into a pipe leaves sizes open, and RF64 keeps them elsewhere",
        arguments: ["sox-pipe", "ffmpeg-pipe", "ffmpeg-rf64"])
    func readsOpenSizes(name: String) throws {
        let file = try vectors.bytes("\(name).wav")
        #expect(try mono(file) == mono(vectors.bytes("sox-pcm16.wav")))
        #expect(
            try WAVReader(file.span.bytes).missingByteCount
                == (name == "sox-pipe" ? 0x7fff_f000 - 108 : 0))
    }

    @Test("an empty data chunk is open when the file's own size ends there, else it is empty")
    func readsZeroSize() throws {
        #expect(try mono(file(riffSize: 36, dataSize: 0)) == [1, 2, 3])
        #expect(try mono(file(riffSize: 0, dataSize: 0)) == [1, 2, 3])
        #expect(try mono(file(riffSize: 0xffff_ffff, dataSize: 0)) == [1, 2, 3])
        #expect(try mono(file(dataSize: 0)).isEmpty)
    }

    @Test("RF64 and BW64 take the size of 64 bits", arguments: ["RF64", "BW64"])
    func readsSizes(riff: String) throws {
        let sizes =
            "ds64".utf8 + little(28, 4) + little(200, 8) + little(4, 8) + little(2, 8)
            + little(0, 4)
        let file = file(
            riff: riff, riffSize: 0xffff_ffff, before: Array(sizes), dataSize: 0xffff_ffff)
        #expect(try mono(file) == [1, 2])
    }

    @Test("floating-point samples are clipped, and what is no number is silence")
    func clipsFloats() throws {
        let format =
            little(3, 2) + little(1, 2) + little(8000, 4) + little(32000, 4)
            + little(4, 2) + little(32, 2)
        let values: [Float] = [0.5, 1, 2, -1, -7, .nan, .infinity, -.infinity, 1e-30]
        let data = values.flatMap { little(Int($0.bitPattern), 4) }
        #expect(
            try mono(file(format: format, data: data)) == [
                16384, 32767, 32767, -32768, -32768, 0, 32767, -32768, 0,
            ])
    }

    @Test("wider samples and means are rounded to the nearest, halves upward, and clipped")
    func rounds() throws {
        let wide =
            little(1, 2) + little(1, 2) + little(8000, 4) + little(24000, 4) + little(3, 2)
            + little(24, 2)
        let values = [0x80, 0x7f, -0x80, -0x81, 0x7f_ffff, -0x80_0000]
        let data = values.flatMap { little($0, 3) }
        #expect(try mono(file(format: wide, data: data)) == [1, 0, 0, -1, 32767, -32768])
        let stereo =
            little(1, 2) + little(2, 2) + little(8000, 4) + little(32000, 4) + little(4, 2)
            + little(16, 2)
        let pairs = [1, 2, -1, -2, 32767, 32767, -32768, -32768, 32767, -32768]
        #expect(
            try mono(file(format: stereo, data: pairs.flatMap { little($0, 2) }))
                == [2, -1, 32767, -32768, 0])
    }

    @Test("what is no WAV file, or one of another kind, says so")
    func refuses() {
        let error = { (bytes: [UInt8]) in
            failure { () throws(MediaFileError) in
                _ = try WAVReader(bytes.span.bytes)
            }
        }
        #expect(error(Array("OggS".utf8) + [UInt8](repeating: 0, count: 60)) == .unknownFormat)
        #expect(error(Array("RIFF....AVI ".utf8)) == .unknownFormat)
        #expect(
            error(Array("RIFX....WAVE".utf8))
                == .unsupported("a WAV file of big-endian numbers"))
        #expect(error([]) == .truncated)
        let format = { (tag: Int, channels: Int, rate: Int, frame: Int, bits: Int) in
            error(
                file(
                    format: little(tag, 2) + little(channels, 2) + little(rate, 4)
                        + little(0, 4) + little(frame, 2) + little(bits, 2)))
        }
        #expect(format(1, 1, 8000, 2, 16) == nil)
        #expect(format(0x31, 1, 8000, 65, 0) == .unsupported("WAV format 49"))
        #expect(format(1, 1, 8000, 5, 40) == .unsupported("WAV format 1, 40 bits"))
        #expect(format(1, 9, 8000, 18, 16) == .unsupported("9 channels"))
        #expect(format(1, 0, 8000, 0, 16) == .malformed("no channels"))
        #expect(format(1, 1, 0, 2, 16) == .malformed("a sample rate of 0 Hz"))
        #expect(
            format(1, 2, 8000, 2, 16) == .malformed("frames of 2 bytes for 2 × 16 bits"))
    }

    @Test("samples before their format, and too large files, are refused")
    func keepsLimits() {
        let noFormat = Array("RIFF....WAVEdata".utf8) + little(2, 4) + [0, 0]
        #expect(
            failure { () throws(MediaFileError) in _ = try WAVReader(noFormat.span.bytes) }
                == .malformed("samples before their format"))
        var limits = WAVReader.Limits()
        limits.byteCountMax = 49
        let bytes = file()
        #expect(
            failure { () throws(MediaFileError) in
                _ = try WAVReader(bytes.span.bytes, limits: limits)
            } == .limitExceeded("50 bytes, 49 may be read"))
        limits.byteCountMax = 50
        limits.chunkCountMax = 1
        #expect(
            failure { () throws(MediaFileError) in
                _ = try WAVReader(bytes.span.bytes, limits: limits)
            } == .limitExceeded("1 chunks before the samples"))
    }

    @Test("G.711 samples without a table are left to the caller")
    func leavesG711() throws {
        let file = try vectors.bytes("sox-alaw.wav")
        let reader = try WAVReader(file.span.bytes)
        #expect(reader.format.encoding.isCompanded)
        #expect(reader.byteRange(frames: 1..<3) == 60..<64)
        var samples: [Int16] = []
        #expect(throws: MediaFileError.unsupported("G.711 without a table of its values")) {
            try reader.appendMono(frames: 0..<1, of: file.span.bytes, to: &samples)
        }
    }

    @Test("a file cut anywhere is read as far as it goes, or ends too early")
    func survivesTruncation() throws {
        let file = try vectors.bytes("ffmpeg-rf64.wav")
        let whole = try mono(file)
        let start = try WAVReader(file.span.bytes).sampleBytes.lowerBound
        for count in file.indices {
            let part = Array(file[..<count])
            if count < start {
                #expect(
                    failure { () throws(MediaFileError) in _ = try WAVReader(part.span.bytes) }
                        == .truncated, "\(count)")
            } else {
                let samples = try mono(part)
                #expect(samples == Array(whole[..<((count - start) / 4)]), "\(count)")
                #expect(
                    try WAVReader(part.span.bytes).missingByteCount
                        == UInt64(file.count - count))
            }
        }
    }
}
