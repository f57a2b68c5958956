/// Bencode as the ng protocol has it: keys in any order, possibly repeated.
public enum BencodeCodec {
    /// The dictionary that is the whole of `document`; white space may follow it.
    public static func decode(
        _ document: NGBytes, limits: NGLimits = .init()
    ) throws(NGDecodingError) -> NGDictionary {
        throw NGDecodingError(.truncated, at: 0)
    }

    /// The document of `dictionary`, keys in their order.
    public static func encode(_ dictionary: NGDictionary) -> [UInt8] {
        []
    }
}
