import BatonBase
import BatonMediaFile
import Testing

@Suite("WAV files written (RIFF/WAVE, EBU Tech 3306)")
struct WAVWriterTests {
    private func header(_ writer: WAVWriter) -> [UInt8] {
        var bytes: [UInt8] = []
        writer.appendHeader(to: &bytes)
        return bytes
    }

    @Test("random samples in random pieces come back", arguments: 1...20)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let channels = Int.random(in: 1...8, using: &random)
        let rate = Int.random(in: 1...768_000, using: &random)
        var writer = WAVWriter(sampleRateHz: rate, channelCount: channels)
        var content: [UInt8] = []
        var all: [Int16] = []
        for _ in 0..<Int.random(in: 0...10, using: &random) {
            let piece = (0..<channels * Int.random(in: 0...200, using: &random)).map { _ in
                Int16.random(in: .min ... .max, using: &random)
            }
            all += piece
            writer.append(piece.span, to: &content)
        }
        let file = header(writer) + content
        let reader = try WAVReader(file.span.bytes)
        #expect(
            reader.format
                == WAVFormat(encoding: .signed16, sampleRateHz: rate, channelCount: channels))
        #expect(reader.missingByteCount == 0)
        #expect(reader.frameCount == Int(writer.frameCount))
        #expect(samples(Array(file[reader.sampleBytes])) == all, "seed \(seed)")
    }

    @Test("the header has one size, and is that of what was written when it is asked for")
    func rewritesHeader() throws {
        var writer = WAVWriter(sampleRateHz: 8000, channelCount: 1)
        var file = header(writer)
        #expect(file.count == WAVWriter.headerByteCount)
        for count in 1...3 {
            let piece = [Int16](repeating: Int16(count), count: 10)
            writer.append(piece.span, to: &file)
            file.replaceSubrange(..<WAVWriter.headerByteCount, with: header(writer))
            let reader = try WAVReader(file.span.bytes)
            #expect(reader.frameCount == 10 * count && reader.sampleBytes.upperBound == file.count)
        }
    }

    @Test("two channels are interleaved, the shorter one ends in silence")
    func interleaves() {
        var writer = WAVWriter(sampleRateHz: 8000, channelCount: 2)
        var content: [UInt8] = []
        let left: [Int16] = [1, 2, 3]
        let right: [Int16] = [-1]
        writer.append(left: left.span, right: right.span, to: &content)
        writer.append(left: right.span, right: left.span, to: &content)
        writer.appendSilence(frameCount: 1, to: &content)
        #expect(samples(content) == [1, -1, 2, 0, 3, 0, -1, 1, 0, 2, 0, 3, 0, 0])
        #expect(writer.frameCount == 7 && writer.sampleByteCount == 28)
    }

    @Test("a file of more than 4 GiB becomes RF64 with the same header size")
    func becomesRF64() {
        let format = WAVFormat(encoding: .signed16, sampleRateHz: 48000, channelCount: 2)
        let largest = UInt64(UInt32.max) - 80
        let small = header(WAVWriter(continuing: format, sampleByteCount: largest / 4 * 4))
        #expect(small.starts(with: "RIFF".utf8) && small[12..<16].elementsEqual("JUNK".utf8))
        let large = header(WAVWriter(continuing: format, sampleByteCount: 1 << 33))
        #expect(large.count == WAVWriter.headerByteCount)
        #expect(large.starts(with: "RF64".utf8) && large[12..<16].elementsEqual("ds64".utf8))
        #expect(large[4..<8].elementsEqual([255, 255, 255, 255]))
        #expect(large[76...].elementsEqual([255, 255, 255, 255]))
        #expect(Array(large[20..<28]) == little(1 << 33 + 72, 8))
        #expect(Array(large[28..<36]) == little(1 << 33, 8))
        #expect(Array(large[36..<44]) == little(1 << 31, 8))
    }

    @Test("a buffer with room is not allocated anew")
    func keepsBuffer() {
        var writer = WAVWriter(sampleRateHz: 8000, channelCount: 1)
        var content: [UInt8] = []
        content.reserveCapacity(4096)
        let capacity = content.capacity
        let piece = [Int16](repeating: 7, count: 160)
        for _ in 0..<100 {
            writer.append(piece.span, to: &content)
            content.removeAll(keepingCapacity: true)
        }
        #expect(content.capacity == capacity && writer.frameCount == 16_000)
    }
}
