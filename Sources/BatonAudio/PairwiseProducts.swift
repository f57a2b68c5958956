/// The products of eight pairs of samples, added two by two.
///
/// Written so that the compiler makes the one instruction of it that multiplies eight pairs of 16
/// bits (PMADDWD on x86-64).
@inline(__always)
func pairwiseProducts(_ first: SIMD8<Int16>, _ second: SIMD8<Int16>) -> SIMD4<Int32> {
    let products =
        SIMD8<Int32>(truncatingIfNeeded: first) &* SIMD8<Int32>(truncatingIfNeeded: second)
    return products.evenHalf &+ products.oddHalf
}
