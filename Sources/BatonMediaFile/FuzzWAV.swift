import BatonBase

/// Reads `bytes` as a WAV file, and stops the process when a promise of this module does not hold.
/// For fuzzing; it returns for every input.
public func fuzzWAV(_ bytes: [UInt8]) {
    let span = bytes.span.bytes
    do throws(MediaFileError) {
        let reader = try WAVReader(span)
        let range = reader.sampleBytes
        precondition(
            0 <= range.lowerBound && range.upperBound <= bytes.count, "samples lie in the file")
        precondition(
            range.count == reader.frameCount * reader.format.bytesPerFrame, "whole frames")
        var samples: [Int16] = []
        let table = [Int16](repeating: -8, count: reader.format.encoding.isCompanded ? 256 : 0)
        try reader.appendMono(
            frames: 0..<reader.frameCount, of: span, companding: table, to: &samples)
        precondition(samples.count == reader.frameCount, "a sample for each frame")
        precondition(reader.byteRange(frames: 0..<reader.frameCount) == range, "and its bytes")
        precondition(reader.duration >= .zero, "time runs forward")
        checkWAVRoundTrip(samples, reader.format.sampleRateHz)
    } catch {}
}

/// The samples survive being written and read.
private func checkWAVRoundTrip(_ samples: [Int16], _ rate: Int) {
    var writer = WAVWriter(sampleRateHz: rate, channelCount: 1)
    var content: [UInt8] = []
    writer.append(samples.span, to: &content)
    var file: [UInt8] = []
    writer.appendHeader(to: &file)
    file += content
    var copy: [Int16] = []
    do throws(MediaFileError) {
        let reader = try WAVReader(file.span.bytes)
        try reader.appendMono(frames: 0..<reader.frameCount, of: file.span.bytes, to: &copy)
    } catch {
        preconditionFailure("what was written can be read")
    }
    precondition(samples == copy, "samples survive a round trip")
}
