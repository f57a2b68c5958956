/// Randomness of the operating system, fit for keys.
public enum SystemRandom {
    /// As many random bytes as asked for.
    public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }

    /// A random number of 64 bits, for seeds of generators.
    public static func seed() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
