import BatonBase

/// How the samples of a file are coded. All but the one-byte ones are little-endian.
public enum SampleEncoding: Hashable, Sendable, CaseIterable {
    /// 8-bit linear, 128 is silence.
    case unsigned8
    /// 16-bit linear.
    case signed16
    /// 24-bit linear in three bytes.
    case signed24
    /// 32-bit linear.
    case signed32
    /// IEEE 754 single precision, full scale is ±1.
    case float32
    /// IEEE 754 double precision, full scale is ±1.
    case float64
    /// ITU-T G.711 A-law.
    case aLaw
    /// ITU-T G.711 µ-law.
    case muLaw

    /// Bytes of one sample of one channel.
    public var bytesPerSample: Int {
        switch self {
        case .unsigned8, .aLaw, .muLaw: 1
        case .signed16: 2
        case .signed24: 3
        case .signed32, .float32: 4
        case .float64: 8
        }
    }

    /// Whether samples are G.711 code words, which need a table to become linear.
    public var isCompanded: Bool { self == .aLaw || self == .muLaw }

    /// The sample at `offset` scaled to 32 bits, so that nothing is lost before channels are mixed.
    func sample(at offset: Int, of bytes: RawSpan, companding: [Int16]) -> Int32 {
        switch self {
        case .unsigned8:
            return Int32(Int16(bytes.uint8(at: offset)) - 128) << 24
        case .signed16:
            return Int32(bitPattern: UInt32(bytes.uint16(at: offset, .little)) << 16)
        case .signed24:
            let low = UInt32(bytes.uint16(at: offset, .little))
            return Int32(bitPattern: UInt32(bytes.uint8(at: offset + 2)) << 24 | low << 8)
        case .signed32:
            return Int32(bitPattern: bytes.uint32(at: offset, .little))
        case .float32:
            return Self.scaled(Double(Float(bitPattern: bytes.uint32(at: offset, .little))))
        case .float64:
            return Self.scaled(Double(bitPattern: bytes.uint64(at: offset, .little)))
        case .aLaw, .muLaw:
            return Int32(companding[Int(bytes.uint8(at: offset))]) << 16
        }
    }

    /// A floating-point sample at 32 bits: clipped, and silence for what is not a number.
    private static func scaled(_ value: Double) -> Int32 {
        guard !value.isNaN else { return 0 }
        return Int32(max(-2_147_483_648, min(2_147_483_647, value * 2_147_483_648)))
    }
}
