import BatonNG
import BatonTestKit
import Foundation
import Testing

/// Messages as they are on the wire, in Vectors/.
enum Vectors {
    private static let files = VectorFiles(.module)

    /// The bytes of a message.
    static func bytes(_ name: String) throws -> [UInt8] { try files.bytes("\(name).ng") }

    /// A message read all the way.
    static func request(_ name: String) throws -> NGRequest {
        let frame = try #require(NGMessageFraming.split(try bytes(name)))
        return try NGRequest(try frame.decode())
    }
}

/// Short ways to write bytes and requests.
func bencode(_ text: String) throws -> NGDictionary {
    try BencodeCodec.decode(NGBytes(text))
}

/// An offer with these keys.
func offer(_ keys: NGDictionary) throws -> NGRequest {
    try NGRequest(NGDictionary([.init(key: "command", value: "offer")] + keys.entries))
}
