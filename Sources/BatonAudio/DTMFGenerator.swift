/// Makes the tones of DTMF digits (ITU-T Q.23), one after another.
///
/// Edges are ramps of 2 ms inside the digit's duration. Used by one thread at a time.
public struct DTMFGenerator: Sendable {
    private let sampleRateHz: Int
    private let amplitude: Double
    private let ramp: Int
    private var low: Oscillator
    private var high: Oscillator
    /// Samples of the digit so far, until its end, and of the pause after it.
    private var elapsed = 0
    private var toneLeft = 0
    private var pauseLeft = 0
    private var pause = 0

    /// A generator at `sampleRateHz`, one of `AudioRate.supported`, whose two frequencies have
    /// `levelDBm0` each, at most 0.
    public init(sampleRateHz: Int, levelDBm0: Double = -10) throws(AudioRateError) {
        guard AudioRate.supported.contains(sampleRateHz) else {
            throw AudioRateError(rateHz: sampleRateHz)
        }
        self.sampleRateHz = sampleRateHz
        amplitude = levelDBm0 < -100 ? 0 : AudioLevel.amplitude(dBm0: min(levelDBm0, 0))
        ramp = sampleRateHz * 2 / 1_000
        low = Oscillator(frequencyHz: 0, amplitude: 0, sampleRateHz: sampleRateHz)
        high = low
    }

    /// Whether digit and pause are over: `begin` can be called.
    public var isIdle: Bool { toneLeft == 0 && pauseLeft == 0 }

    /// Begins `digit`; one that still sounds is cut off. Without a duration it sounds until `end`.
    /// `pauseMilliseconds` of silence follow before the generator is idle.
    public mutating func begin(
        _ digit: DTMFDigit, durationMilliseconds: Int? = 100, pauseMilliseconds: Int = 100
    ) {
        let frequencies = digit.frequencies
        low = oscillator(frequencies.low)
        high = oscillator(frequencies.high)
        elapsed = 0
        toneLeft = durationMilliseconds.map(samples) ?? Int.max
        pause = samples(pauseMilliseconds)
        pauseLeft = pause
    }

    /// Lets the digit fade out now; the pause follows.
    public mutating func end() {
        toneLeft = min(toneLeft, ramp, elapsed)
    }

    /// Fills `output`: what is left of the digit and its pause, then silence. Returns how many
    /// samples belong to them.
    @discardableResult
    public mutating func generate(into output: inout MutableSpan<Int16>) -> Int {
        let tones = min(toneLeft, output.count)
        for index in 0..<tones { output[index] = nextSample() }
        for index in tones..<output.count { output[index] = 0 }
        let silence = min(pauseLeft, output.count - tones)
        pauseLeft -= silence
        return tones + silence
    }

    private mutating func nextSample() -> Int16 {
        let edge = min(elapsed + 1, toneLeft, ramp)
        let sum = (low.next() + high.next()) * Double(edge) / Double(ramp)
        elapsed += 1
        if toneLeft != Int.max { toneLeft -= 1 }
        return nearestSample(sum)
    }

    private func oscillator(_ frequency: Int) -> Oscillator {
        Oscillator(
            frequencyHz: Double(frequency), amplitude: amplitude, sampleRateHz: sampleRateHz)
    }

    /// `milliseconds`, at most an hour, in samples.
    private func samples(_ milliseconds: Int) -> Int {
        min(max(0, milliseconds), 3_600_000) * sampleRateHz / 1_000
    }
}
