/// The tables of ITU-T G.722 §6.2, by the names that they have there.
enum G722Tables {
    /// Steps of the lower band's scale.
    static let wl: InlineArray<8, Int32> = [-60, -30, 58, 172, 334, 538, 1198, 3042]
    /// From four bits of the lower band's code to its step.
    static let rl42: InlineArray<16, UInt8> = [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0]
    /// Steps of the higher band's scale.
    static let wh: InlineArray<3, Int32> = [0, -214, 798]
    /// From the higher band's code to its step.
    static let rh2: InlineArray<4, UInt8> = [2, 1, 2, 1]
    /// The higher band's differences.
    static let qm2: InlineArray<4, Int32> = [-7408, -1616, 7408, 1616]
    /// The lower band's differences by four bits: what prediction goes by.
    static let qm4: InlineArray<16, Int32> = [
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240,
        2584, 1200, 0,
    ]
    /// The lower band's differences by six bits: what is heard.
    static let qm6: InlineArray<64, Int32> = [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192,
        -10232, -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576,
        -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984,
        13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008,
        3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ]
    /// The lower band's decision levels.
    static let q6: InlineArray<30, Int32> = [
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940,
        1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
    ]
    /// The lower band's codes of negative and of positive differences.
    static let iln: InlineArray<31, UInt8> = [
        0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12,
        11, 10, 9, 8, 7, 6, 5, 4,
    ]
    static let ilp: InlineArray<31, UInt8> = [
        0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40,
        39, 38, 37, 36, 35, 34, 33, 32,
    ]
    /// The higher band's codes.
    static let ihn: InlineArray<3, UInt8> = [0, 1, 0]
    static let ihp: InlineArray<3, UInt8> = [0, 3, 2]
    /// Every other coefficient of the quadrature mirror filter.
    static let qmf: InlineArray<12, Int32> = [
        3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11,
    ]
}
