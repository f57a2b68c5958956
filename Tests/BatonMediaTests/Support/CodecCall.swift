import BatonSDP
import Testing

@testable public import BatonMedia

/// Two parties that negotiate codecs. Sections are written as a list of formats:
///
///     0 96=opus/48000/2;useinbandfec=1 101=telephone-event/8000;0-15 ptime=20
struct CodecCall {
    var agreement = CodecAgreement()
    var warnings: [String] = []
    var isRejected = false
    /// The section that came out last.
    var section = MediaDescription(kind: .audio, port: 9, protocolName: "RTP/AVP", formats: ["0"])

    /// An offer, and the list of formats that goes on.
    mutating func offer(
        _ list: String, from role: CodecAgreement.Role = .caller,
        _ change: (inout CodecOptions) -> Void = { _ in }
    ) throws -> String {
        var options = CodecOptions()
        change(&options)
        return take(agreement.offer(try Self.section(list), from: role, options))
    }

    /// An answer, and the list of formats that goes back.
    mutating func answer(
        _ list: String, from role: CodecAgreement.Role = .callee,
        _ change: (inout CodecOptions) -> Void = { _ in }
    ) throws -> String {
        var options = CodecOptions()
        change(&options)
        return take(agreement.answer(try Self.section(list), from: role, options))
    }

    private mutating func take(_ outcome: CodecOutcome) -> String {
        warnings = outcome.warnings
        isRejected = outcome.isRejected
        section = outcome.section
        return Self.list(outcome.section)
    }

    /// What becomes of the packets of `role`, a word for each payload type; `relay` without a
    /// conversion.
    func plan(_ role: CodecAgreement.Role) -> String {
        guard let conversion = agreement.conversion(from: role) else { return "relay" }
        return conversion.rules.map(Self.word).joined(separator: " ")
    }

    private static func word(_ rule: MediaConversion.Rule) -> String {
        let from = "\(rule.source.payloadType)"
        return switch rule.action {
        case .pass: from
        case .passAs(let number): "\(from)→\(number)"
        case .convert(let target):
            "\(from)⇒\(target.format.payloadType)=\(target.format.encoding)@\(target.packetTimeMs)"
        case .telephoneEvent(let format): "\(from)~\(format.payloadType)/\(format.clockRateHz)"
        case .comfortNoise(let format): "\(from)≈\(format.payloadType)/\(format.clockRateHz)"
        case .tones: "\(from)♪"
        case .drop: "\(from)×"
        }
    }

    /// The section that a list writes.
    static func section(_ list: String, extra: [String] = []) throws -> MediaDescription {
        var numbers: [Substring] = []
        var lines: [String] = []
        for word in list.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                numbers.append(word)
                continue
            }
            if UInt8(parts[0]) == nil {
                lines.append("a=\(parts[0]):\(parts[1])")
                continue
            }
            numbers.append(parts[0])
            let halves = parts[1].split(separator: ";", maxSplits: 1)
            lines.append("a=rtpmap:\(parts[0]) \(halves[0])")
            if halves.count == 2 { lines.append("a=fmtp:\(parts[0]) \(halves[1])") }
        }
        let head = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"]
        let media = "m=audio 4000 RTP/AVP \(numbers.joined(separator: " "))"
        let text = (head + [media] + lines + extra).joined(separator: "\r\n") + "\r\n"
        return try #require(try SessionDescription(parsing: text).media.first)
    }

    /// The list that writes a section.
    static func list(_ section: MediaDescription) -> String {
        var words = section.payloadTypes.map { number in
            let map = section.rtpMaps.first { $0.payloadType == number }
            let parameters = section.formatParameters(for: number).map { ";\($0)" } ?? ""
            let suffix = map.map { $0.channels > 1 ? "/\($0.channels)" : "" } ?? ""
            return "\(number)"
                + (map.map { "=\($0.encoding)/\($0.clockRateHz)\(suffix)" } ?? "") + parameters
        }
        if let time = section.ptimeMs { words.append("ptime=\(time)") }
        if let time = section.maxPtimeMs { words.append("maxptime=\(time)") }
        return words.joined(separator: " ")
    }
}

extension CodecPattern: ExpressibleByStringLiteral {
    /// The pattern that `value` writes; one that cannot be read stops the test.
    public init(stringLiteral value: String) {
        let read: CodecPattern? = .init(value)
        guard let read else { preconditionFailure("'\(value)' is no pattern") }
        self = read
    }
}
