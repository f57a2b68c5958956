import BatonBase
import BatonMedia
import BatonSDP
import Testing

/// A session with a make-believe worker: every command is carried out and checked.
struct Call {
    var session = Session(callID: "call-1", at: Instant(nanoseconds: 0))
    var ports = FakePorts()
    var configurations: [PortSlot: PortConfiguration] = [:]
    var warnings: [String] = []
    var lastCommands: [PortCommand] = []
    private var clock: UInt64 = 0
    private var generator = SplitMix64(seed: 1)

    /// Takes an offer and gives the SDP sent on.
    @discardableResult
    mutating func offer(
        _ sdp: String, _ from: String = "a", _ to: String? = nil,
        _ change: (inout SignallingOptions) -> Void = { _ in }
    ) throws -> SessionDescription {
        try run(sdp, from, to, change) { session, sdp, options, ports, generator, now in
            try session.offer(sdp, options, ports: &ports, using: &generator, at: now)
        }
    }

    /// Takes an answer and gives the SDP sent on.
    @discardableResult
    mutating func answer(
        _ sdp: String, _ from: String = "a", _ to: String? = "b",
        _ change: (inout SignallingOptions) -> Void = { _ in }
    ) throws -> SessionDescription {
        try run(sdp, from, to, change) { session, sdp, options, ports, generator, now in
            try session.answer(sdp, options, ports: &ports, using: &generator, at: now)
        }
    }

    private mutating func run(
        _ text: String, _ from: String, _ to: String?, _ change: (inout SignallingOptions) -> Void,
        _ body: (
            inout Session, SessionDescription, SignallingOptions, inout FakePorts,
            inout SplitMix64, Instant
        ) throws -> NegotiationResult
    ) throws -> SessionDescription {
        var options = SignallingOptions(fromTag: from, toTag: to)
        change(&options)
        clock += 1
        let sdp = try SessionDescription(parsing: text)
        do {
            let result = try body(
                &session, sdp, options, &ports, &generator, Instant(nanoseconds: clock))
            carryOut(result.commands)
            warnings = result.warnings
            let again = try SessionDescription(parsing: result.sdp.serialized())
            #expect(again == result.sdp, "what is sent on parses as what was meant")
            return result.sdp
        } catch let failure as NegotiationError {
            carryOut(failure.commands)
            throw failure
        }
    }

    /// Ends the session or a part of it.
    @discardableResult
    mutating func end(
        _ from: String? = nil, _ to: String? = nil, branch: String? = nil
    ) -> Bool {
        guard let commands = session.end(fromTag: from, toTag: to, viaBranch: branch) else {
            return false
        }
        carryOut(commands)
        return true
    }

    /// What the worker would do; the session and the ports must agree afterwards.
    mutating func carryOut(_ commands: [PortCommand]) {
        lastCommands = commands
        for command in commands {
            switch command {
            case .configure(let slot, let configuration):
                #expect(ports.open.contains(slot), "a configuration names an open port")
                #expect(configurations[slot] != configuration, "only changes are told")
                configurations[slot] = configuration
            case .close(let slot):
                #expect(ports.open.remove(slot) != nil, "an open port is closed, and once")
                configurations[slot] = nil
            case .play, .stopPlaying, .playDTMF:
                Issue.record("offers, answers and ends play nothing")
            }
        }
        let held = Set(session.portPairs.flatMap { [$0.rtp.slot, $0.rtcp.slot] })
        #expect(held == ports.open, "ports opened less ports closed are the session's")
        #expect(Set(configurations.keys) == held, "every port is configured")
        for pair in session.portPairs {
            for port in [pair.rtp, pair.rtcp] {
                let remote = configurations[port.slot]?.remote
                #expect(
                    remote == nil || remote?.ip.family == port.address.ip.family,
                    "a port sends to addresses of its own family")
            }
        }
        for configuration in configurations.values {
            for case let sink? in [configuration.rtpSink, configuration.rtcpSink] {
                #expect(ports.open.contains(sink), "routes lead to open ports")
            }
        }
    }

    /// The stream at `index` of the party `tag`.
    func stream(_ tag: String, _ index: Int = 0) throws -> Stream {
        try #require(session.party(tag: tag)).streams[index]
    }

    /// The configuration of the RTP port that faces the party `tag`.
    func rtp(_ tag: String, _ index: Int = 0) throws -> PortConfiguration {
        let ports = try #require(try stream(tag, index).ports)
        return try #require(configurations[ports.rtp.slot])
    }

    /// The slot of the RTP port that faces the party `tag`.
    func rtpSlot(_ tag: String, _ index: Int = 0) throws -> PortSlot {
        try #require(try stream(tag, index).ports).rtp.slot
    }

    /// The configuration of the RTCP port that faces the party `tag`.
    func rtcp(_ tag: String, _ index: Int = 0) throws -> PortConfiguration {
        let ports = try #require(try stream(tag, index).ports)
        return try #require(configurations[ports.rtcp.slot])
    }
}

/// Short names for addresses in expectations.
func address(_ text: String) throws -> SocketAddress { try #require(SocketAddress(text)) }

/// Descriptions as phones send them.
enum Phone {
    /// One audio line at `ip`:`port`; `extra` are further lines of the section.
    static func audio(
        _ ip: String = "198.51.100.7", _ port: Int = 4_000, extra: [String] = [],
        session: [String] = [], version: Int = 1, profile: String = "RTP/AVP"
    ) -> String {
        text(
            ip, session: session, version: version,
            media: [
                ["m=audio \(port) \(profile) 8 101", "a=rtpmap:8 PCMA/8000"]
                    + ["a=rtpmap:101 telephone-event/8000"] + extra
            ])
    }

    /// Audio at `port` and video two ports above.
    static func audioVideo(
        _ ip: String = "198.51.100.7", _ port: Int = 4_000, videoPort: Int? = nil,
        mids: (String, String)? = nil
    ) -> String {
        let audio = ["m=audio \(port) RTP/AVP 0"] + (mids.map { ["a=mid:\($0.0)"] } ?? [])
        let video =
            ["m=video \(videoPort ?? port + 2) RTP/AVP 96", "a=rtpmap:96 VP8/90000"]
            + (mids.map { ["a=mid:\($0.1)"] } ?? [])
        return text(ip, media: [audio, video])
    }

    /// A description of these sections with a session-level `c=`.
    static func text(
        _ ip: String, session: [String] = [], version: Int = 1, media: [[String]]
    ) -> String {
        let type = ip.contains(":") ? "IP6" : "IP4"
        let lines =
            [
                "v=0", "o=phone 77 \(version) IN \(type) \(ip)", "s=call", "c=IN \(type) \(ip)",
                "t=0 0",
            ]
            + session + media.flatMap { $0 }
        return lines.map { $0 + "\r\n" }.joined()
    }
}

extension SessionDescription {
    /// All lines as text.
    var all: [String] { description.split(whereSeparator: \.isNewline).map(String.init) }

    /// The `m=` line and the lines of the section at `index`.
    func section(_ index: Int) -> [String] {
        [media[index].line.bytes].map { String(decoding: $0, as: UTF8.self) }
            + media[index].lines.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// The port in the `m=` line at `index`.
    func port(_ index: Int = 0) -> UInt16 { media[index].port }
}
