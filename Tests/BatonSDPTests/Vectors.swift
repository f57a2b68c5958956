import BatonTestKit
import Foundation

@testable import BatonSDP

/// The data files of these tests.
enum Vectors {
    private static let files = VectorFiles(.module)

    static func bytes(_ name: String) throws -> [UInt8] { try files.bytes("\(name).sdp") }

    static func description(_ name: String) throws -> SessionDescription {
        try SessionDescription(parsing: bytes(name))
    }

    /// The names of all data files whose name starts with `prefix`, sorted.
    static func names(_ prefix: String = "") -> [String] {
        (try? files.names("sdp", prefix: prefix)) ?? []
    }
}

/// A description of these lines, joined with CRLF.
func describe(_ lines: String...) throws -> SessionDescription {
    try SessionDescription(parsing: lines.map { $0 + "\r\n" }.joined())
}

/// The lines of the bytes that `description` gives.
func written(_ description: SessionDescription) -> [String] {
    String(decoding: description.serialized(), as: UTF8.self)
        .components(separatedBy: "\r\n").dropLast()
}
