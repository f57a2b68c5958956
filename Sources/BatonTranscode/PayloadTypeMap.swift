/// Which of a side's formats a payload type means.
public struct PayloadTypeMap: Hashable, Sendable {
    /// The formats, in the order in which they were given.
    public let formats: [AudioFormat]
    /// For each payload type the index of its format, or `Self.none`.
    private let indices: [UInt8]

    private static let none = UInt8.max

    /// The map of `formats`, of which 128 count; of two with the same payload type the first.
    public init(_ formats: [AudioFormat]) {
        self.formats = Array(formats.prefix(128))
        var indices = [UInt8](repeating: Self.none, count: 128)
        for (index, format) in self.formats.enumerated().reversed() {
            indices[Int(format.payloadType & 0x7f)] = UInt8(index)
        }
        self.indices = indices
    }

    /// The index of the format that `payloadType` means.
    public func index(of payloadType: UInt8) -> Int? {
        let index = indices[Int(payloadType & 0x7f)]
        return index == Self.none ? nil : Int(index)
    }

    /// The format that `payloadType` means.
    public subscript(payloadType: UInt8) -> AudioFormat? {
        index(of: payloadType).map { formats[$0] }
    }
}
