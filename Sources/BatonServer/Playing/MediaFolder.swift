/// Where the files are that control messages name.
public struct MediaFolder: Hashable, Sendable {
    /// The folder of names that are not absolute; `nil` for the working folder.
    public var path: String?
    /// Whether nothing outside the folder is played.
    public var isExclusive = false

    /// The working folder, and every other.
    public init() {}

    /// The path of the file that is named.
    /// - Throws: the name is empty, or leads out of the folder that it has to stay in.
    func path(of name: String) throws(MediaFailure) -> String {
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw MediaFailure("the name of the file is empty")
        }
        let base = path.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        let climbs = name.split(separator: "/").contains("..")
        if name.hasPrefix("/") {
            let isInside = base.map { name.hasPrefix($0) && !climbs } ?? false
            guard isInside || !isExclusive else { throw outside(name) }
            return name
        }
        guard let base else {
            guard !isExclusive else { throw outside(name) }
            return name
        }
        guard !climbs else { throw outside(name) }
        return base + name
    }

    private func outside(_ name: String) -> MediaFailure {
        MediaFailure("'\(name)' is outside the folder '\(path ?? "")' (media.files)")
    }
}
