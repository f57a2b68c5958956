/// The eight frequencies of DTMF in slots of 5 ms: for each the sum of samples turned back by the
/// frequency's angle, which is what eight Goertzel resonators give, but as products with tables
/// that the processor does eight at a time.
struct DTMFSlots: Sendable {
    /// Complex numbers, one for each frequency of `DTMFDigit.frequenciesHz`.
    struct Spectrum: Sendable {
        var real = SIMD8<Float>(repeating: 0)
        var imaginary = SIMD8<Float>(repeating: 0)
    }

    /// Samples in a slot: a multiple of 8.
    let count: Int
    /// What a sine of amplitude 1 at a frequency gives as the magnitude of its sum.
    let gain: Float

    /// For each frequency and each eight samples a row of cosines and one of sines.
    private let table: [SIMD8<Int16>]
    /// The 200 roots of one: a frequency in whole Hz turns by a multiple of 1/200 in 5 ms.
    private let roots: [SIMD2<Float>]
    /// How many slots there were, modulo 200.
    private var number = 0

    init(sampleRateHz: Int) {
        count = sampleRateHz / 200
        // A lane adds up a quarter of the products and must stay within 32 bits.
        let scale = Double(65_535 / (count / 4))
        gain = Float(scale * Double(count) / 2)
        table = Self.table(scale: scale, count: count, sampleRateHz: sampleRateHz)
        roots = (0..<200).map { index in
            let turns = Double(index) / 200
            return SIMD2(
                Float(AudioMath.cosine(turns: turns)), Float(-AudioMath.sine(turns: turns)))
        }
    }

    private static func table(scale: Double, count: Int, sampleRateHz: Int) -> [SIMD8<Int16>] {
        var table = [SIMD8<Int16>]()
        for frequency in DTMFDigit.frequenciesHz {
            for start in stride(from: 0, to: count, by: 8) {
                var (cosines, sines) = (SIMD8<Int16>(), SIMD8<Int16>())
                for index in 0..<8 {
                    let turns = Double(frequency * (start + index)) / Double(sampleRateHz)
                    cosines[index] = Int16((scale * AudioMath.cosine(turns: turns)).rounded())
                    sines[index] = Int16((-scale * AudioMath.sine(turns: turns)).rounded())
                }
                table += [cosines, sines]
            }
        }
        return table
    }

    /// The spectrum of the next slot; its phases refer to the beginning of the stream.
    mutating func spectrum(of samples: borrowing Span<Int16>) -> Spectrum {
        var result = Spectrum()
        let bytes = samples.bytes
        var row = 0
        for index in 0..<8 {
            var (real, imaginary) = (SIMD4<Int32>(), SIMD4<Int32>())
            for block in 0..<count / 8 {
                let heard = bytes.unsafeLoadUnaligned(
                    fromByteOffset: 16 &* block, as: SIMD8<Int16>.self)
                real &+= pairwiseProducts(heard, table[row])
                imaginary &+= pairwiseProducts(heard, table[row &+ 1])
                row &+= 2
            }
            let root = roots[DTMFDigit.turns[index] * number % 200]
            let (a, b) = (Self.sum(real), Self.sum(imaginary))
            result.real[index] = a * root.x - b * root.y
            result.imaginary[index] = a * root.y + b * root.x
        }
        number = (number + 1) % 200
        return result
    }

    private static func sum(_ lanes: SIMD4<Int32>) -> Float {
        let floats = SIMD4<Float>(lanes)
        return (floats[0] + floats[1]) + (floats[2] + floats[3])
    }
}

extension DTMFDigit {
    /// By how many 1/200 of a turn each frequency goes on in 5 ms.
    fileprivate static let turns: InlineArray<8, Int> = [
        697 % 200, 770 % 200, 852 % 200, 941 % 200, 1_209 % 200, 1_336 % 200, 1_477 % 200,
        1_633 % 200,
    ]
}
