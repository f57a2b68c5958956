/// Why bytes are not a session description, in words for a person.
public struct SDPParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Error, Hashable, Sendable {
        /// There is nothing but white space.
        case empty
        /// No `v=` line before the first `m=` line.
        case versionMissing
        /// A line that does not start with a letter and `=`.
        case notTypeAndEqualsSign
        /// An `m=` line with fewer words than a media type, a port and a protocol.
        case mediaLineIncomplete
        /// The port of an `m=` line is not a number from 0 to 65535.
        case portInvalid
        /// What follows the port's `/` in an `m=` line is not a number from 1 to 65535.
        case portCountInvalid
        /// More bytes than this limit in all.
        case tooManyBytes(limit: Int)
        /// More lines than this limit.
        case tooManyLines(limit: Int)
        /// More `m=` lines than this limit.
        case tooManyMedia(limit: Int)
        /// A line of more bytes than this limit.
        case lineTooLong(limit: Int)
    }

    /// The number of the offending line, counted from 1 with blank lines; 0 when it is the whole.
    public let line: Int
    /// What is wrong.
    public let reason: Reason
    /// The beginning of the offending line, fit to be shown; empty when it is the whole.
    public let text: String

    /// An error at `line`; its first 80 bytes are kept, with `?` for what does not print.
    init(_ reason: Reason, line: Int = 0, bytes: ArraySlice<UInt8> = []) {
        self.line = line
        self.reason = reason
        let shown = bytes.prefix(80).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }
        text = String(decoding: shown, as: UTF8.self) + (bytes.count > 80 ? "..." : "")
    }

    /// One sentence with the line's number, the reason and the line's text.
    public var description: String {
        line == 0 ? reason.description : "line \(line): \(reason.description): '\(text)'"
    }
}

extension SDPParseError.Reason: CustomStringConvertible {
    /// The reason in plain words.
    public var description: String {
        switch self {
        case .empty: "the SDP body is empty"
        case .versionMissing: "there is no v= line before the first m= line"
        case .notTypeAndEqualsSign: "a line must be a letter, '=' and a value"
        case .mediaLineIncomplete: "an m= line needs a media type, a port and a protocol"
        case .portInvalid: "the port of an m= line must be a number from 0 to 65535"
        case .portCountInvalid: "the number of ports in an m= line must be from 1 to 65535"
        case .tooManyBytes(let limit): "the SDP body is larger than \(limit) bytes"
        case .tooManyLines(let limit): "the SDP body has more than \(limit) lines"
        case .tooManyMedia(let limit): "the SDP body has more than \(limit) m= lines"
        case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
        }
    }
}
