internal import BatonBase
public import Foundation

/// The files in Vectors/ of a test target.
public struct VectorFiles: Sendable {
    /// Why a file cannot be used.
    public enum VectorError: Error {
        /// The bundle has no resources.
        case noResources
        /// The file is not what its suffix promises.
        case malformed(String)
    }

    private let folder: URL?

    /// The files of the target whose `Bundle.module` is `bundle`.
    public init(_ bundle: Bundle) {
        folder = bundle.resourceURL?.appendingPathComponent("Vectors")
    }

    /// The contents of `file`.
    public func bytes(_ file: String) throws -> [UInt8] {
        guard let folder else { throw VectorError.noResources }
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
    }

    /// The bytes that NAME.hex writes in hexadecimal; what follows `#` on a line does not count.
    public func hex(_ name: String) throws -> [UInt8] {
        let text = String(decoding: try bytes("\(name).hex"), as: UTF8.self)
        let lines = text.split(separator: "\n").map { line in line.prefix { $0 != "#" } }
        guard let bytes = Hex.decode(lines.joined(separator: " ")) else {
            throw VectorError.malformed(name)
        }
        return bytes
    }

    /// The names, without suffix and sorted, of the files with this suffix and prefix.
    public func names(_ suffix: String, prefix: String = "") throws -> [String] {
        guard let folder else { throw VectorError.noResources }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".\(suffix)") && $0.hasPrefix(prefix) }
            .map { String($0.dropLast(suffix.count + 1)) }.sorted()
    }
}
