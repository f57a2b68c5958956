import BatonSDP

/// A codec as the `codec-…` keys of a control message name it.
///
///     name[/clock rate[/channels[/bitrate[/packet time[/parameters[/options]]]]]]
///
/// An empty part is left open, and so is what is not written. `all` and `full` stand for every
/// codec. A name of digits only is a payload type. `--` in the parameters and options stands for
/// `=`.
public struct CodecPattern: Hashable, Sendable {
    /// What a pattern names.
    public enum Name: Hashable, Sendable {
        /// Every codec; `transcode` restores one of them.
        case all
        /// Every codec; `transcode` adds a new instance of one of them.
        case full
        /// The codecs with this encoding name, in any case.
        case encoding(String)
        /// The format with this payload type.
        case payloadType(UInt8)
    }

    /// What is named.
    public var name: Name
    /// The RTP clock rate in Hz, `nil` for any.
    public var clockRateHz: UInt32?
    /// The number of channels; `nil` for any, or for one where the clock rate is written, as in
    /// `a=rtpmap`. Opus has two in SDP, so that none of this tells it apart.
    public var channels: UInt8?
    /// The bit rate for the encoder in bits a second, `nil` for its own choice.
    public var bitrate: UInt32?
    /// The length of packets in milliseconds, `nil` for what the receiver asks for.
    public var packetTimeMs: UInt32?
    /// The text of `a=fmtp`, `nil` for the codec's default.
    public var parameters: String?
    /// The effort of an Opus encoder, 0…10: the option `complexity`. `nil` for its own choice.
    public var complexity: UInt8?

    /// The longest pattern in bytes.
    public static let bytesMax = 512

    /// The pattern that `text` writes; `nil` for an empty name, a number that cannot be read and
    /// for more than ``bytesMax`` bytes. Options other than `complexity` are left out.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        let parts = text.split(separator: "/", maxSplits: 6, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return nil }
        name = Self.name(first, isAlone: parts.count == 1)
        guard Self.read(parts, 1, into: &clockRateHz), Self.read(parts, 2, into: &channels),
            Self.read(parts, 3, into: &bitrate), Self.read(parts, 4, into: &packetTimeMs)
        else { return nil }
        if parts.count > 5, !parts[5].isEmpty { parameters = Self.unescaped(parts[5]) }
        if parts.count > 6 { complexity = Self.complexity(Self.unescaped(parts[6])) }
    }

    private static func name(_ text: Substring, isAlone: Bool) -> Name {
        switch text.lowercased() {
        case "all": return .all
        case "full": return .full
        default: break
        }
        if isAlone, let number = UInt8(text), number < 128 { return .payloadType(number) }
        return .encoding(String(text))
    }

    private static func read<T: FixedWidthInteger>(
        _ parts: [Substring], _ index: Int, into value: inout T?
    ) -> Bool {
        guard parts.count > index, !parts[index].isEmpty else { return true }
        value = T(parts[index])
        return value.map { $0 > 0 } ?? false
    }

    private static func complexity(_ options: String) -> UInt8? {
        let value = SDPFormatParameters(options).number("complexity")
        return value.flatMap { UInt8(exactly: $0) }.map { min($0, 10) }
    }

    private static func unescaped(_ text: Substring) -> String {
        var out = ""
        var rest = text
        while let first = rest.first {
            let isEscape = rest.hasPrefix("--")
            out.append(isEscape ? "=" : first)
            rest = rest.dropFirst(isEscape ? 2 : 1)
        }
        return out
    }

    /// Whether the pattern is `all` or `full`.
    public var isUniversal: Bool { name == .all || name == .full }

    /// Whether the pattern names `format`; ``isUniversal`` ones name everything.
    func matches(_ format: CodecFormat) -> Bool {
        switch name {
        case .all, .full: return true
        case .payloadType(let number): return number == format.payloadType
        case .encoding(let encoding):
            return encoding.lowercased() == format.encoding.lowercased()
                && (clockRateHz ?? format.clockRateHz) == format.clockRateHz
                && hasChannels(of: format) && hasParameters(of: format)
        }
    }

    /// Whether the pattern names the codec of `format`; its parameters are for a new one.
    func matchesCodec(_ format: CodecFormat) -> Bool {
        var other = self
        other.parameters = nil
        return other.matches(format)
    }

    /// Whether `set` with this pattern speaks of `format`: Opus for one and for two channels is
    /// told apart by what its receiver wants.
    func sets(_ format: CodecFormat) -> Bool {
        guard matchesCodec(format) else { return false }
        return channels.map { ($0 > 1) == format.wantsStereo } ?? true
    }

    private func hasChannels(of format: CodecFormat) -> Bool {
        if format.transcodable == .opus || clockRateHz == nil { return true }
        return (channels ?? 1) == format.channels
    }

    private func hasParameters(of format: CodecFormat) -> Bool {
        guard let parameters else { return true }
        let own = SDPFormatParameters(format.parameters)
        return SDPFormatParameters(parameters).parameters.allSatisfy { parameter in
            own.contains(parameter.name) && own[parameter.name] == parameter.value
        }
    }

    /// How a message to a person writes the codec.
    var text: String {
        switch name {
        case .all: return "all"
        case .full: return "full"
        case .payloadType(let number): return "\(number)"
        case .encoding(let encoding):
            var text = encoding
            if let clockRateHz { text += "/\(clockRateHz)" }
            if clockRateHz != nil, let channels { text += "/\(channels)" }
            return text
        }
    }
}
