/// A digit of a telephone's keypad, by the number that RFC 4733 §3.2 gives its event.
public enum DTMFDigit: UInt8, Hashable, Sendable, CaseIterable {
    case zero, one, two, three, four, five, six, seven, eight, nine
    case star, pound
    case a, b, c, d

    /// The digits in the order of their numbers.
    private static let characters = Array("0123456789*#ABCD")

    /// The digit written as `character`; letters may be small.
    public init?(_ character: Character) {
        let wanted = Character(character.uppercased())
        guard let index = Self.characters.firstIndex(of: wanted) else { return nil }
        self.init(rawValue: UInt8(index))
    }

    /// `0` to `9`, `*`, `#`, `A` to `D`.
    public var character: Character { Self.characters[Int(rawValue)] }

    /// The frequencies of ITU-T Q.23 in Hz: the four of the low group, then those of the high one.
    static let frequenciesHz = [697, 770, 852, 941, 1_209, 1_336, 1_477, 1_633]

    /// The keypad's rows by the low group, columns by the high one.
    private static let keypad: [DTMFDigit] = [
        .one, .two, .three, .a,
        .four, .five, .six, .b,
        .seven, .eight, .nine, .c,
        .star, .zero, .pound, .d,
    ]

    /// The digit of row `low` and column `high`, both 0 to 3.
    init(low: Int, high: Int) {
        self = Self.keypad[4 * low + high]
    }

    /// The low and the high frequency in Hz (ITU-T Q.23 §6).
    public var frequencies: (low: Int, high: Int) {
        let place = Self.keypad.firstIndex(of: self) ?? 0
        return (Self.frequenciesHz[place / 4], Self.frequenciesHz[4 + place % 4])
    }
}
