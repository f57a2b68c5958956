/// The quadrature mirror filter of ITU-T G.722 §5.2: the encoder splits the band in two with it,
/// the decoder puts the halves together.
struct G722MirrorFilter: Sendable {
    private var history = InlineArray<24, Int32>(repeating: 0)

    /// Takes two values in; gives the sums over the older and over the newer value of each pair.
    mutating func sums(adding older: Int32, _ newer: Int32) -> (older: Int32, newer: Int32) {
        for index in 0..<22 { history[index] = history[index + 2] }
        history[22] = older
        history[23] = newer
        var sums: (older: Int32, newer: Int32) = (0, 0)
        for index in 0..<12 {
            sums.older += history[2 * index] * G722Tables.qmf[index]
            sums.newer += history[2 * index + 1] * G722Tables.qmf[11 - index]
        }
        return sums
    }
}
