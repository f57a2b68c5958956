import BatonBase
import Foundation
import Testing

/// Reads the files beside the tests and the fuzzers' inputs.
enum VectorFiles {
    /// The bytes of Vectors/NAME.hex, comments left out.
    static func bytes(_ name: String) throws -> [UInt8] {
        let lines = try text("\(name).hex").split(separator: "\n").map { line in
            line.prefix { $0 != "#" }
        }
        return try #require(Hex.decode(lines.joined(separator: " ")))
    }

    /// The text of a file in Vectors.
    static func text(_ name: String) throws -> String {
        let folder = try #require(Bundle.module.resourceURL)
        return try String(
            contentsOf: folder.appendingPathComponent("Vectors/\(name)"), encoding: .utf8)
    }

    /// The names of all .hex files, without the suffix.
    static func names() throws -> [String] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Vectors")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }.sorted()
    }

    /// The contents of the files in tools/fuzz/FOLDER.
    static func fuzzInputs(_ folder: String) throws -> [[UInt8]] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appendingPathComponent("tools/fuzz/\(folder)")
        return try FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: nil
        ).map { [UInt8](try Data(contentsOf: $0)) }
    }
}
