/// A bencoded ng message, as far as a load generator needs it.
///
/// The bench has a reader and writer of its own, so that a mistake in baton's cannot hide itself
/// when baton is the target.
enum ControlValue: Hashable, Sendable {
    case string([UInt8])
    case integer(Int)
    case list([ControlValue])
    /// Keys in their order on the wire.
    case dictionary([Entry])

    struct Entry: Hashable, Sendable {
        var key: String
        var value: ControlValue
    }

    /// The string value of `text`.
    static func text(_ text: String) -> ControlValue { .string(Array(text.utf8)) }

    /// The value of `key` in a dictionary.
    subscript(key: String) -> ControlValue? {
        guard case .dictionary(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// A string's bytes.
    var bytes: [UInt8]? {
        guard case .string(let bytes) = self else { return nil }
        return bytes
    }

    /// A string as text.
    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}

extension ControlValue: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self = .text(value) }
}

// MARK: Writing

extension ControlValue {
    /// Appends the bencoded form to `output`.
    func write(to output: inout [UInt8]) {
        switch self {
        case .string(let bytes): Self.write(bytes, to: &output)
        case .integer(let number): output += Array("i\(number)e".utf8)
        case .list(let values):
            output.append(UInt8(ascii: "l"))
            for value in values { value.write(to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let entries):
            output.append(UInt8(ascii: "d"))
            for entry in entries {
                Self.write(Array(entry.key.utf8), to: &output)
                entry.value.write(to: &output)
            }
            output.append(UInt8(ascii: "e"))
        }
    }

    private static func write(_ bytes: [UInt8], to output: inout [UInt8]) {
        output += Array("\(bytes.count):".utf8)
        output += bytes
    }
}

// MARK: Reading

extension ControlValue {
    private static let greatestDepth = 32

    /// The value that all of `bytes` writes, `nil` when they are no bencode.
    init?(bencoded bytes: [UInt8]) {
        var rest = bytes[...]
        guard let value = Self.read(&rest, depth: 0), rest.isEmpty else { return nil }
        self = value
    }

    private static func read(_ rest: inout ArraySlice<UInt8>, depth: Int) -> ControlValue? {
        guard depth < greatestDepth, let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "i"):
            rest.removeFirst()
            return readNumber(&rest, until: UInt8(ascii: "e")).map { .integer($0) }
        case UInt8(ascii: "l"):
            rest.removeFirst()
            var values: [ControlValue] = []
            while rest.first != UInt8(ascii: "e") {
                guard let value = read(&rest, depth: depth + 1) else { return nil }
                values.append(value)
            }
            rest.removeFirst()
            return .list(values)
        case UInt8(ascii: "d"):
            rest.removeFirst()
            return readEntries(&rest, depth: depth).map { .dictionary($0) }
        default:
            return readString(&rest).map { .string($0) }
        }
    }

    private static func readEntries(_ rest: inout ArraySlice<UInt8>, depth: Int) -> [Entry]? {
        var entries: [Entry] = []
        while rest.first != UInt8(ascii: "e") {
            guard let key = readString(&rest), let value = read(&rest, depth: depth + 1) else {
                return nil
            }
            entries.append(Entry(key: String(decoding: key, as: UTF8.self), value: value))
        }
        rest.removeFirst()
        return entries
    }

    private static func readString(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let length = readNumber(&rest, until: UInt8(ascii: ":")), length >= 0,
            length <= rest.count
        else { return nil }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    private static func readNumber(_ rest: inout ArraySlice<UInt8>, until end: UInt8) -> Int? {
        guard let stop = rest.firstIndex(of: end), stop - rest.startIndex <= 20 else { return nil }
        defer { rest = rest[(stop + 1)...] }
        return Int(String(decoding: rest[..<stop], as: UTF8.self))
    }
}
