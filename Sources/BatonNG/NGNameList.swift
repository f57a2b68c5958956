/// Names for a warning: each once, only the first few kept, the others counted.
public struct NGNameList: Hashable, Sendable {
    /// The names kept, in the order they were met.
    public private(set) var names: [String] = []
    /// How many more there were.
    public private(set) var omitted = 0

    /// How many names are kept.
    public static let namesMax = 10
    /// How many characters of a name are kept.
    public static let nameCharactersMax = 64

    /// An empty list.
    public init() {}

    /// Whether nothing was added.
    public var isEmpty: Bool { names.isEmpty }

    /// Adds `name`, unless it is there. Control characters become `?`.
    public mutating func insert(_ name: String) {
        let kept = Self.isPlain(name) ? name : Self.cleaned(name)
        guard !names.contains(kept) else { return }
        if names.count < Self.namesMax {
            names.append(kept)
        } else {
            omitted &+= 1
        }
    }

    /// Whether `name` can be kept as it is.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.count <= nameCharactersMax && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static func cleaned(_ name: String) -> String {
        String(
            name.unicodeScalars.prefix(nameCharactersMax).map { scalar in
                scalar.value < 0x20 || scalar.value == 0x7f ? "?" : Character(scalar)
            })
    }

    /// `prefix`, the names, and how many more there were; `nil` when there are none.
    func sentence(after prefix: String) -> String? {
        guard !names.isEmpty else { return nil }
        let list = names.joined(separator: ", ")
        return prefix + list + (omitted > 0 ? " and \(omitted) more" : "")
    }
}
