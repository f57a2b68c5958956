/// JSON (RFC 8259) as the ng protocol uses it: objects keep the order of their keys and repeated
/// keys, strings are bytes.
public enum JSONCodec {
    /// The object that is the whole of `document`; white space may surround it.
    public static func decode(
        _ document: NGBytes, limits: NGLimits = .init()
    ) throws(NGDecodingError) -> NGDictionary {
        throw NGDecodingError(.truncated, at: 0)
    }

    /// The document of `dictionary`, keys in their order.
    ///
    /// It is UTF-8 whatever the strings hold: bytes that are not are taken for ISO 8859-1.
    public static func encode(_ dictionary: NGDictionary) -> [UInt8] {
        []
    }
}
