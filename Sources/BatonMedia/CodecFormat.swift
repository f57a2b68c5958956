import BatonSDP

/// One format of an RTP section: a payload type and what it stands for.
public struct CodecFormat: Hashable, Sendable {
    /// The RTP payload type, 0 to 127.
    public var payloadType: UInt8
    /// The encoding name as written, such as `PCMU` or `telephone-event`; empty when neither an
    /// `a=rtpmap` nor RFC 3551 says what the payload type is.
    public var encoding: String
    /// The RTP clock rate in Hz, 0 when unknown.
    public var clockRateHz: UInt32
    /// The number of audio channels, as in `a=rtpmap`.
    public var channels: UInt8
    /// The text of `a=fmtp`, without the payload type; empty without one. What the side that wrote
    /// it can receive.
    public var parameters: String

    /// A format.
    public init(
        payloadType: UInt8, encoding: String, clockRateHz: UInt32, channels: UInt8 = 1,
        parameters: String = ""
    ) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRateHz = clockRateHz
        self.channels = channels
        self.parameters = parameters
    }

    /// What a format is for.
    enum Kind: Hashable {
        /// Audio, or whatever else the section carries.
        case media
        /// Telephone events (RFC 4733).
        case telephoneEvent
        /// Comfort noise (RFC 3389).
        case comfortNoise
        /// Of use beside another format only: redundancy, repair and retransmission.
        case auxiliary
    }

    /// What the format is for.
    var kind: Kind {
        switch encoding.lowercased() {
        case "telephone-event": .telephoneEvent
        case "cn": .comfortNoise
        case "red", "rtx", "ulpfec", "flexfec", "parityfec": .auxiliary
        default: .media
        }
    }

    /// What can be done with the format when packets have to be converted; `nil` when they cannot.
    var transcodable: TranscodableCodec? { TranscodableCodec(self) }

    /// Whether the audio can be decoded and encoded.
    var isConvertibleAudio: Bool { transcodable?.isAudio == true }

    /// Whether both stand for the same encoding, whatever their payload types and parameters.
    func isSameCodec(as other: CodecFormat) -> Bool {
        !encoding.isEmpty && clockRateHz == other.clockRateHz
            && encoding.lowercased() == other.encoding.lowercased()
            && (channels == other.channels || transcodable == .opus)
    }

    /// The mapping for `a=rtpmap`.
    var map: RTPMap {
        RTPMap(
            payloadType: payloadType, encoding: encoding, clockRateHz: clockRateHz,
            channels: channels)
    }

    /// The payload types that ``parameters`` refer to: `apt` of a retransmission (RFC 4588 §8.6),
    /// the blocks of redundant audio (`111/111`, RFC 2198 §5).
    var references: [UInt8] {
        guard kind == .auxiliary else { return [] }
        let parameters = SDPFormatParameters(self.parameters)
        if let associated = parameters.number("apt") { return [UInt8(clamping: associated)] }
        guard let blocks = parameters.parameters.first, blocks.value == nil else { return [] }
        return blocks.name.split(separator: "/").compactMap { UInt8($0) }
    }
}

extension MediaDescription {
    /// The formats of the section in order of preference, each payload type once. Of several lines
    /// about the same payload type the first counts.
    var codecFormats: [CodecFormat] {
        var places = [Int8](repeating: -1, count: 128)
        var formats: [CodecFormat] = []
        for payloadType in payloadTypes where places[Int(payloadType)] < 0 {
            places[Int(payloadType)] = Int8(truncatingIfNeeded: formats.count)
            formats.append(CodecFormat(RTPMap.fixed(payloadType: payloadType), payloadType))
        }
        var isMapped = [Bool](repeating: false, count: formats.count)
        var hasParameters = isMapped
        for line in lines where SDPAttributeNames.formats.contains(line) {
            guard let attribute = line.attribute, let value = attribute.valueBytes,
                let number = Self.payloadType(value), places[Int(number)] >= 0
            else { continue }
            let place = Int(places[Int(number)])
            if attribute.bytes.starts(with: "rtpmap".utf8) {
                guard !isMapped[place], let map = RTPMap(value) else { continue }
                isMapped[place] = true
                let parameters = formats[place].parameters
                formats[place] = CodecFormat(map, number)
                formats[place].parameters = parameters
            } else if attribute.bytes.starts(with: "fmtp".utf8), !hasParameters[place] {
                hasParameters[place] = true
                formats[place].parameters = Self.textBehindPayloadType(value)
            }
        }
        return formats
    }

    /// The payload type with which the value of an attribute begins, 0 to 127.
    private static func payloadType(_ value: ArraySlice<UInt8>) -> UInt8? {
        let word = value.drop(while: isBlank).prefix { !isBlank($0) }
        guard (1...3).contains(word.count) else { return nil }
        var number = 0
        for byte in word {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte &- UInt8(ascii: "0"))
        }
        return number < 128 ? UInt8(number) : nil
    }

    private static func textBehindPayloadType(_ value: ArraySlice<UInt8>) -> String {
        var rest = value
        rest = rest.drop(while: isBlank)
        rest = rest.drop { !isBlank($0) }
        rest = rest.drop(while: isBlank)
        return String(decoding: rest, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension CodecFormat {
    /// What `map` says, or nothing but the payload type.
    fileprivate init(_ map: RTPMap?, _ payloadType: UInt8) {
        self.init(
            payloadType: payloadType, encoding: map?.encoding ?? "",
            clockRateHz: map?.clockRateHz ?? 0, channels: map?.channels ?? 1)
    }
}
