/// `a=simulcast:`: the encodings that are sent and received at the same time (RFC 8853 §5.1).
///
///     a=simulcast:send <streams> recv <streams>      streams = alternatives *(";" alternatives)
///
/// The names are those of ``SDPRestrictionID``, `~` in front of one that is paused.
public struct SDPSimulcast: Hashable, Sendable {
    /// The streams that are sent, each with its alternatives in order of preference.
    public var send: [[String]]
    /// The streams that are received.
    public var receive: [[String]]

    /// These streams.
    public init(send: [[String]] = [], receive: [[String]] = []) {
        self.send = send
        self.receive = receive
    }

    /// The parts of the attribute's value; `nil` when a direction is neither `send` nor `recv`,
    /// comes twice or has no streams.
    public init?(_ value: ArraySlice<UInt8>) {
        self.init()
        var rest = value
        while let way = SDPText.word(&rest) {
            guard let word = SDPText.word(&rest) else { return nil }
            let streams = Self.streams(word)
            if SDPText.equal(way, "send"), send.isEmpty {
                send = streams
            } else if SDPText.equal(way, "recv"), receive.isEmpty {
                receive = streams
            } else {
                return nil
            }
            guard !streams.isEmpty else { return nil }
        }
        guard !send.isEmpty || !receive.isEmpty else { return nil }
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let text = { (streams: [[String]]) in
            streams.map { $0.joined(separator: ",") }.joined(separator: ";")
        }
        let words =
            (send.isEmpty ? [] : ["send", text(send)])
            + (receive.isEmpty ? [] : ["recv", text(receive)])
        return SDPAttribute(name: "simulcast", value: words.joined(separator: " "))
    }

    private static func streams(_ word: ArraySlice<UInt8>) -> [[String]] {
        word.split(separator: SDPText.semicolon).map { stream in
            stream.split(separator: UInt8(ascii: ",")).map(SDPText.string)
        }.filter { !$0.isEmpty }
    }
}
