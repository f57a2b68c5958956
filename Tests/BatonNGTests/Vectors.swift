import BatonNG
import Foundation
import Testing

/// Messages as they are on the wire, in Vectors/.
enum Vectors {
    /// The bytes of a message.
    static func bytes(_ name: String) throws -> [UInt8] {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "ng", subdirectory: "Vectors"))
        return [UInt8](try Data(contentsOf: url))
    }

    /// A message read all the way.
    static func request(_ name: String) throws -> NGRequest {
        let frame = try #require(NGMessageFraming.split(try bytes(name)))
        return try NGRequest(try frame.decode())
    }

    /// The files of a folder of the fuzzers, relative to the package.
    static func fuzzFiles(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let url = package.appendingPathComponent("tools/fuzz/\(folder)")
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        let files = try FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: nil)
        return try files.map { ($0.lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
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
