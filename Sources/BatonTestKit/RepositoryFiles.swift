import Foundation

/// Files of the repository that no target has as resources.
public enum RepositoryFiles {
    /// The files in `folder`, such as tools/fuzz/corpus/RTP, sorted by name; none when there is no
    /// such folder.
    public static func contents(
        of folder: String
    ) throws -> [(name: String, bytes: [UInt8])] {
        // This file lies in Sources/BatonTestKit.
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appendingPathComponent(folder)
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: nil
        )
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { ($0.lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
    }
}
