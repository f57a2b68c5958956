/// A dictionary of an ng document: keys in the order of the wire, the same key possibly twice.
///
/// Neither proxies nor relays sort their keys, and Kamailio sends `flags` twice when its script
/// sets a parameter of that name.
public struct NGDictionary: Hashable, Sendable {
    /// The entries in order.
    public var entries: [Entry]

    /// One key with its value.
    public struct Entry: Hashable, Sendable {
        /// The key as written.
        public var key: NGBytes
        /// The value.
        public var value: NGValue

        /// The entry of `key` and `value`.
        public init(key: NGBytes, value: NGValue) {
            self.key = key
            self.value = value
        }
    }

    /// A dictionary of these entries, in this order.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// How many entries there are, repeated keys counted each time.
    public var count: Int { entries.count }

    /// Whether there is no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of the last entry with exactly this key.
    ///
    /// Setting replaces the last such entry in place or appends one; setting `nil` removes all.
    public subscript(key: String) -> NGValue? {
        get { entries.last { $0.key.equals(key) }?.value }
        set {
            guard let newValue else {
                entries.removeAll { $0.key.equals(key) }
                return
            }
            if let index = entries.lastIndex(where: { $0.key.equals(key) }) {
                entries[index].value = newValue
            } else {
                append(key, newValue)
            }
        }
    }

    /// Adds an entry at the end, also where the key exists.
    public mutating func append(_ key: some StringProtocol, _ value: NGValue) {
        entries.append(Entry(key: NGBytes(key), value: value))
    }
}

extension NGDictionary: ExpressibleByDictionaryLiteral {
    /// A dictionary with the keys in the order written.
    public init(dictionaryLiteral elements: (NGBytes, NGValue)...) {
        entries = elements.map { Entry(key: $0.0, value: $0.1) }
    }
}
