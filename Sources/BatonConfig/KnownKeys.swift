/// Finds the key that somebody probably meant.
enum KnownKeys {
    /// The keys directly below a section.
    static func leaves(of section: some StringProtocol) -> [String] {
        Setting.all.filter { $0.key.hasPrefix("\(section).") }.map { String($0.leaf) }
    }

    /// The message for a key path that does not exist.
    static func unknown(_ path: String, among known: [String]? = nil) -> String {
        let paths =
            known?.map { "interfaces.\($0)" } ?? Setting.all.map(\.key)
            + Setting.sections.map { String($0) }.sorted()
        let nearest = paths.min { distance($0, from: path) < distance($1, from: path) } ?? ""
        return "unknown key; the nearest known one is '\(nearest)'"
    }

    /// Edits between the last parts, a little more when the sections differ.
    private static func distance(_ candidate: String, from path: String) -> Int {
        let (one, other) = (split(candidate), split(path))
        return 2 * edits(one.leaf, other.leaf) + (one.section == other.section ? 0 : 1)
    }

    private static func split(_ path: String) -> (section: Substring, leaf: Substring) {
        guard let dot = path.lastIndex(of: ".") else { return ("", path[...]) }
        return (path[..<dot], path[path.index(after: dot)...])
    }

    /// The Levenshtein distance of the first 64 characters.
    static func edits(_ one: some StringProtocol, _ other: some StringProtocol) -> Int {
        let (one, other) = (Array(one.prefix(64)), Array(other.prefix(64)))
        var row = Array(0...other.count)
        for (index, character) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let cost = character == other[column] ? 0 : 1
                let cell = min(diagonal + cost, row[column] + 1, row[column + 1] + 1)
                diagonal = row[column + 1]
                row[column + 1] = cell
            }
        }
        return row[other.count]
    }
}
