/// Makes tones: one or several frequencies, on and off by a cadence.
///
/// Phase goes on from block to block; edges are ramps of 3 ms, inside the time that the tone is on,
/// so that nothing clicks. Used by one thread at a time.
public struct ToneGenerator: Sendable {
    /// Whether the cadence is over: only silence will follow.
    public private(set) var isFinished = false

    private var oscillators: [Oscillator]
    /// How many samples each step lasts; those of even number are on. Empty: always on.
    private let cadence: [Int]
    private let isRepeated: Bool
    private let ramp: Int
    private var step = 0
    /// Samples since the step began.
    private var elapsed = 0

    /// A generator of `plan` at `sampleRateHz`, which is one of `AudioRate.supported`.
    public init(_ plan: TonePlan, sampleRateHz: Int) throws(AudioRateError) {
        guard AudioRate.supported.contains(sampleRateHz) else {
            throw AudioRateError(rateHz: sampleRateHz)
        }
        let level = plan.levelDBm0.isFinite ? min(plan.levelDBm0, 3) : -.infinity
        let amplitude = level < -100 ? 0 : AudioLevel.amplitude(dBm0: level)
        oscillators = plan.frequenciesHz.prefix(TonePlan.maximumCount)
            .filter { $0 > 0 && $0 < Double(sampleRateHz) / 2 }
            .map {
                Oscillator(frequencyHz: $0, amplitude: amplitude, sampleRateHz: sampleRateHz)
            }
        // A step lasts a day at most.
        let steps = plan.cadenceMilliseconds.prefix(TonePlan.maximumCount).map { milliseconds in
            min(max(0, milliseconds), 86_400_000) * sampleRateHz / 1_000
        }
        cadence = steps.contains { $0 > 0 } ? steps : []
        isRepeated = plan.isRepeated
        ramp = sampleRateHz * 3 / 1_000
        skipEmptySteps()
    }

    /// Fills `output` with the tone's next samples.
    public mutating func generate(into output: inout MutableSpan<Int16>) {
        var index = 0
        while index < output.count {
            let left = cadence.isEmpty || isFinished ? Int.max : cadence[step] - elapsed
            let count = min(output.count - index, left)
            let isOn = !isFinished && step % 2 == 0
            for place in index..<index + count {
                output[place] = isOn ? nextSample(left: left - (place - index)) : 0
            }
            index += count
            advance(by: count)
        }
    }

    /// The next sample of a step that goes on for `left` samples.
    private mutating func nextSample(left: Int) -> Int16 {
        var sum = 0.0
        var sounding = oscillators.mutableSpan
        for index in sounding.indices { sum += sounding[index].next() }
        let edge = min(elapsed + 1, left)
        if edge < ramp { sum *= Double(edge) / Double(ramp) }
        elapsed += 1
        return nearestSample(sum)
    }

    private mutating func advance(by count: Int) {
        guard !isFinished else { return }
        guard !cadence.isEmpty else {
            // Only the first ramp needs the time.
            elapsed = min(elapsed, ramp)
            return
        }
        if step % 2 == 1 { elapsed += count }
        if elapsed == cadence[step] { nextStep() }
        skipEmptySteps()
    }

    private mutating func nextStep() {
        elapsed = 0
        step += 1
        guard step == cadence.count else { return }
        step = 0
        isFinished = !isRepeated
    }

    private mutating func skipEmptySteps() {
        guard !cadence.isEmpty else { return }
        while !isFinished, cadence[step] == 0 { nextStep() }
    }
}
