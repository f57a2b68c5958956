/// Why a template for file names cannot be used, or gives no name.
public enum RecordingNameError: Error, Hashable, Sendable {
    /// `field` is none of those known; `nearest` is the one that looks most like it, if any does.
    case unknownField(String, nearest: String?)
    /// A brace without its counterpart, at this byte of the template.
    case unbalancedBrace(atByte: Int)
    /// The template's own text has a slash, a control character or the like.
    case unsafeText(String)
    /// The template's own text is more than ``RecordingName/byteCountMax`` bytes.
    case tooLong
    /// There is nothing in the name.
    case empty
}

extension RecordingNameError: CustomStringConvertible {
    /// One sentence for a person.
    public var description: String {
        switch self {
        case .unknownField(let name, let nearest):
            "unknown field {\(name)}" + (nearest.map { ", did you mean {\($0)}?" } ?? "")
        case .unbalancedBrace(let offset): "the brace at byte \(offset) has no counterpart"
        case .unsafeText(let text): "'\(text)' cannot be part of a file name"
        case .tooLong: "the name's fixed text is over \(RecordingName.byteCountMax) bytes"
        case .empty: "the file name would be empty"
        }
    }
}

/// A template for the names of files, such as `{call-id}-{time}-{label}.wav`.
///
/// It is read once, against the fields that are known. Values come from peers, so what could make
/// them more than a part of one file's name is percent-encoded: `/`, `\`, `%`, control and
/// formatting characters, and a dot at the start of the name. Different values stay different.
public struct RecordingName: Hashable, Sendable {
    /// Bytes of a name; file systems allow 255, and suffixes such as `.json` are to fit.
    public static let byteCountMax = 200

    private let parts: [Part]

    fileprivate enum Part: Hashable {
        case text(String)
        case field(String)
    }

    /// Reads `template`, whose fields have to be among `fields`.
    /// - Throws: ``RecordingNameError``.
    public init(
        _ template: String, fields: some Collection<String>
    ) throws(RecordingNameError) {
        var parts: [Part] = []
        var rest = template[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            let offset = template.utf8.distance(from: template.startIndex, to: brace)
            guard rest[brace] == "{", let end = rest[brace...].dropFirst().firstIndex(of: "}"),
                !rest[brace..<end].dropFirst().contains("{")
            else { throw .unbalancedBrace(atByte: offset) }
            parts.append(.text(String(rest[..<brace])))
            let name = String(rest[brace..<end].dropFirst())
            guard fields.contains(name) else {
                throw .unknownField(name, nearest: Self.nearest(to: name, among: fields))
            }
            parts.append(.field(name))
            rest = rest[rest.index(after: end)...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts.filter { $0 != .text("") }
        try checkText()
    }

    private func checkText() throws(RecordingNameError) {
        guard !parts.isEmpty else { throw .empty }
        var byteCount = 0
        for (index, part) in parts.enumerated() {
            guard case .text(let text) = part else { continue }
            byteCount += text.utf8.count
            guard Self.encoded(text) == text, index > 0 || !text.hasPrefix(".") else {
                throw .unsafeText(text)
            }
        }
        guard byteCount <= Self.byteCountMax else { throw .tooLong }
    }

    /// The name for these values; a field without one is empty.
    ///
    /// When it would be longer than ``byteCountMax`` bytes, the longest values are cut, and a hash
    /// of the value at the cut keeps names apart. Where even that does not help, all but the suffix
    /// is replaced by a hash.
    /// - Throws: `empty`.
    public func text(_ values: [String: String]) throws(RecordingNameError) -> String {
        var pieces = parts.map { part in
            switch part {
            case .text(let text): text
            case .field(let name): Self.encoded(values[name] ?? "")
            }
        }
        let whole = Self.joined(pieces)
        guard !whole.isEmpty else { throw .empty }
        while Self.joined(pieces).utf8.count > Self.byteCountMax {
            let excess = Self.joined(pieces).utf8.count - Self.byteCountMax
            let longest = parts.indices.filter { parts[$0].isField }
                .max { pieces[$0].utf8.count < pieces[$1].utf8.count }
            guard let longest, let shorter = Self.shortened(pieces[longest], by: excess) else {
                return Self.hash(whole) + suffix
            }
            pieces[longest] = shorter
        }
        return Self.joined(pieces)
    }

    /// `.wav` and the like at the template's end.
    private var suffix: Substring {
        guard case .text(let text)? = parts.last, let dot = text.lastIndex(of: "."),
            text[dot...].utf8.count <= 16
        else { return "" }
        return text[dot...]
    }

    private static func joined(_ pieces: [String]) -> String {
        let name = pieces.joined()
        return name.hasPrefix(".") ? "%2E" + name.dropFirst() : name
    }

    /// `piece` at least `excess` bytes shorter where half of it is enough for that, else cut by
    /// half; `nil` when it is too short to be cut.
    private static func shortened(_ piece: String, by excess: Int) -> String? {
        let mark = "~" + hash(piece)
        guard piece.utf8.count > 2 * mark.utf8.count else { return nil }
        let wanted = piece.utf8.count - excess - mark.utf8.count
        return piece.prefix(utf8ByteCount: max(wanted, mark.utf8.count / 2)) + mark
    }

    /// FNV-1a of 64 bits as 16 hexadecimal digits: no secret, only unlikely to meet another.
    private static func hash(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension RecordingName.Part {
    fileprivate var isField: Bool {
        if case .field = self { return true }
        return false
    }
}

extension RecordingName {
    /// `text` with every scalar that does not belong into a file's name as `%XX` for each byte.
    private static func encoded(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isSafe(scalar) {
                safe.append(scalar)
            } else {
                for byte in UTF8.encode(scalar) ?? .init() {
                    let digits = String(byte, radix: 16, uppercase: true)
                    safe.append("%")
                    safe.append(contentsOf: (byte < 16 ? "0" + digits : digits).unicodeScalars)
                }
            }
        }
        return String(safe)
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "/" || scalar == "\\" || scalar == "%" { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            return false
        default: return true
        }
    }

    /// The field with the least edits from `name`, at most three and less than its length.
    private static func nearest(to name: String, among fields: some Collection<String>) -> String? {
        let scalars = Array(name.unicodeScalars.prefix(64))
        let distances = fields.map { ($0, editDistance(scalars, Array($0.unicodeScalars))) }
        let best = distances.min { ($0.1, $0.0) < ($1.1, $1.0) }
        guard let best, best.1 <= 3, best.1 < best.0.count else { return nil }
        return best.0
    }

    /// Levenshtein's distance.
    private static func editDistance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
        var row = Array(0...other.count)
        for (index, scalar) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, candidate) in other.enumerated() {
                let substituted = diagonal + (scalar == candidate ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, min(row[column], diagonal) + 1)
            }
        }
        return row[other.count]
    }
}
