import Foundation
import Testing

@testable import BatonSDP

/// The data files of these tests.
enum Vectors {
    static func bytes(_ name: String) throws -> [UInt8] {
        let found = Bundle.module.url(
            forResource: name, withExtension: "sdp", subdirectory: "Vectors")
        let url = try #require(found)
        return Array(try Data(contentsOf: url))
    }

    static func description(_ name: String) throws -> SessionDescription {
        try SessionDescription(parsing: bytes(name))
    }

    /// The names of all data files whose name starts with `prefix`, sorted.
    static func names(_ prefix: String = "") -> [String] {
        Bundle.module.paths(forResourcesOfType: "sdp", inDirectory: "Vectors")
            .map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
            .filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The files in a folder of the repository, sorted by name.
    static func files(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder), includingPropertiesForKeys: nil
        )
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
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
