/// A codec as `codec-…` keys and flags write it:
///
///     name[/clock rate[/channels[/bit rate[/ptime[/format parameters[/options]]]]]]
///
/// A part may be empty. `--` stands for `=` and `..` for a space.
public struct NGCodec: Hashable, Sendable {
    /// All of it, escapes replaced.
    public let text: String
    /// The encoding name, or `all` or `full`.
    public let name: String
    /// The RTP clock rate in Hz, `nil` for any.
    public let clockRateHz: UInt32?
    /// The number of channels, `nil` for any.
    public let channels: UInt8?
    /// The bit rate in bits a second, `nil` for the codec's own.
    public let bitRate: UInt32?
    /// The length of a packet in milliseconds, `nil` for the usual one.
    public let ptimeMs: UInt32?
    /// The parameters of `a=fmtp:`, `nil` for none.
    public let formatParameters: String?
    /// What is told to the codec itself, `nil` for nothing.
    public let options: String?

    /// The codec that `text` writes; a part that is no number counts as empty.
    public init(_ text: String) {
        let text = RTPPFlagsParser.unescaped(NGBytes(text)).text
        let parts = text.split(separator: "/", maxSplits: 6, omittingEmptySubsequences: false)
        let part = { (index: Int) in index < parts.count ? parts[index] : "" }
        let string = { (index: Int) in part(index).isEmpty ? nil : String(part(index)) }
        self.text = text
        name = String(part(0))
        clockRateHz = UInt32(part(1))
        channels = UInt8(part(2))
        bitRate = UInt32(part(3))
        ptimeMs = UInt32(part(4))
        formatParameters = string(5)
        options = string(6)
    }

    /// Whether every codec is meant: `all`.
    public var isAll: Bool { name.lowercased() == "all" }

    /// Whether every codec is meant that can be transcoded: `full`.
    public var isFull: Bool { name.lowercased() == "full" }
}

/// What the `codec-…` keys and flags say (N20).
public struct NGCodecOptions: Hashable, Sendable {
    /// The codecs named for each operation, in order.
    public var codecs: [Operation: [NGCodec]] = [:]

    /// One way to treat a codec.
    public enum Operation: String, Hashable, Sendable, CaseIterable {
        /// Remove it from the offer.
        case strip
        /// Offer only these.
        case offer
        /// Keep it although `strip=all`.
        case except
        /// Treat it as not offered.
        case ignore
        /// Accept it although it was not answered.
        case accept
        /// Accept it and hide it from the other side.
        case consume
        /// Hide it from the other side, and transcode.
        case mask
        /// Its parameters.
        case set
        /// Offer it additionally, and transcode.
        case transcode
    }

    /// No options.
    public init() {}

    /// Whether nothing is said.
    public var isEmpty: Bool { codecs.isEmpty }

    /// The codecs named for an operation, in order.
    public subscript(operation: Operation) -> [NGCodec] { codecs[operation] ?? [] }

    /// The codecs for each operation as they were written.
    public var names: [Operation: [String]] { codecs.mapValues { $0.map(\.text) } }
}

/// The values of `extmap`, and the flag `strip-extmap` (RFC 8285).
public struct NGExtmapOptions: Hashable, Sendable {
    /// The URIs of extensions to take out of the SDP and of packets; `all` for every one.
    public var strip: [String] = []
    /// The URIs of extensions to hide from the other side; `all` for every one.
    public var mask: [String] = []

    /// No options.
    public init() {}
}
