extension MutableSpan {
    /// The elements of `range` alone. The library's own function still has an underscore.
    @_lifetime(&self)
    mutating func part(_ range: Range<Int>) -> MutableSpan<Element> {
        _mutatingExtracting(range)
    }
}
