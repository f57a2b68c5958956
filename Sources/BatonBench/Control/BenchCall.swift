internal import BatonBase

/// One call of a bench: its two parties, and where the relay wants their media.
struct BenchCall: Sendable {
    /// The call's number in the run.
    let number: Int
    /// Where the party that offers receives.
    let caller: SocketAddress
    /// Where the party that answers receives.
    let callee: SocketAddress
    /// What the parties offer and answer.
    let plan: CallPlan
    /// What the parties were told of each other, and what they said of themselves.
    private(set) var agreement = CallAgreement()
    /// Where the offering party sends to; known after the answer.
    private(set) var relayForCaller: SocketAddress?
    /// Where the answering party sends to; known after the offer.
    private(set) var relayForCallee: SocketAddress?
    private var isAnswering = false

    init(
        number: Int, caller: SocketAddress, callee: SocketAddress, plan: CallPlan = CallPlan()
    ) {
        self.plan = plan
        self.number = number
        self.caller = caller
        self.callee = callee
    }

    /// Whether the relay has given both parties an address.
    var isEstablished: Bool { relayForCaller != nil && relayForCallee != nil }

    /// The next step of an offer and its answer: the offer first, the answer when it was granted.
    ///
    /// - Parameter isReversed: the callee offers anew; for a call that is up.
    mutating func negotiate(
        after reply: ControlReply?, run: String, isReversed: Bool = false
    ) -> ControlClient.Step {
        guard let reply else {
            isAnswering = false
            return .request(request("offer", run: run, isReversed))
        }
        guard reply.isGranted else { return .failed(reply.refusal) }
        guard let sdp = reply.sdp, let address = SessionText.mediaAddress(in: sdp) else {
            return .failed("the relay's SDP names no media address")
        }
        let isForCallee = isAnswering == isReversed
        if let fault = agreement.enter(sdp, isForCallee: isForCallee, plan) {
            return .failed(fault)
        }
        // The SDP in the reply to the offer goes to the party that answers, and the other way
        // round.
        if isForCallee {
            relayForCallee = address
        } else {
            relayForCaller = address
        }
        if isAnswering { return .finished }
        isAnswering = true
        return .request(request("answer", run: run, isReversed))
    }

    /// The call's ng identifier.
    func identifier(run: String) -> String { "\(run)-\(number)@bench" }

    /// The end of the call, its ports to be given back at once.
    func delete(run: String) -> ControlValue {
        .dictionary([
            .init(key: "delete-delay", value: .integer(0)),
            .init(key: "call-id", value: .text(identifier(run: run))),
            .init(key: "from-tag", value: .text("caller-\(number)")),
            .init(key: "command", value: "delete"),
        ])
    }

    /// An offer or answer, in the form that Kamailio sends. The from-tag is the offering party's.
    private mutating func request(
        _ command: String, run: String, _ isReversed: Bool
    ) -> ControlValue {
        let isCallers = (command == "offer") != isReversed
        let sdp = SessionText.description(
            of: isCallers ? caller : callee, number: number,
            media: agreement.media(ofCallee: !isCallers, plan))
        let tags = ["caller-\(number)", "callee-\(number)"]
        var entries: [ControlValue.Entry] = [
            .init(key: "sdp", value: .string(sdp)),
            .init(key: "replace", value: .list(["origin"])),
            .init(key: "ICE", value: "remove"),
        ]
        entries += command == "offer" ? plan.offerEntries : plan.answerEntries
        entries += [
            .init(key: "call-id", value: .text(identifier(run: run))),
            .init(key: "from-tag", value: .text(tags[isReversed ? 1 : 0])),
        ]
        if command == "answer" || isReversed {
            entries.append(.init(key: "to-tag", value: .text(tags[isReversed ? 0 : 1])))
        }
        entries.append(.init(key: "command", value: .text(command)))
        return .dictionary(entries)
    }
}

/// The few lines of SDP that a bench writes and reads (RFC 8866).
enum SessionText {
    /// One audio stream at `address`.
    static func description(
        of address: SocketAddress, number: Int, media: MediaText = MediaText()
    ) -> [UInt8] {
        let family = address.ip.family == .v4 ? "IP4" : "IP6"
        var lines = [
            "v=0", "o=bench \(number + 1) 1 IN \(family) \(address.ip)", "s=bench",
            "c=IN \(family) \(address.ip)", "t=0 0",
            "m=audio \(address.port) \(media.profile) \(media.payloadType)",
            "a=rtpmap:\(media.payloadType) \(media.encoding)", "a=sendrecv", "a=ptime:20",
        ]
        lines += media.attributes.map { "a=\($0)" }
        return Array(lines.map { $0 + "\r\n" }.joined().utf8)
    }

    /// Where the first audio stream of `sdp` is to be sent; its own `c=` line counts before the
    /// session's. `nil` when it has none, or port 0.
    static func mediaAddress(in sdp: [UInt8]) -> SocketAddress? {
        var port: UInt16?
        var ip: IPAddress?
        var isRelevant = true
        for line in sdp.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            let text = String(decoding: line, as: UTF8.self)
            let words = text.split(separator: " ")
            if text.hasPrefix("m=") {
                if port != nil { break }
                isRelevant = words.count > 1 && words[0] == "m=audio"
                if isRelevant { port = UInt16(words[1]) }
            } else if isRelevant, text.hasPrefix("c="), words.count > 2 {
                ip = IPAddress(words[2]) ?? ip
            }
        }
        guard let port, port != 0, let ip else { return nil }
        return SocketAddress(ip: ip, port: port)
    }

    /// The values of the attributes called `name`, wherever they stand.
    static func attributes(named name: String, in sdp: [UInt8]) -> [String] {
        let start = "a=\(name):"
        return sdp.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d })
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.hasPrefix(start) }
            .map { String($0.dropFirst(start.count)) }
    }
}

/// What a party says about its stream, beside the address.
struct MediaText: Hashable, Sendable {
    var profile = "RTP/AVP"
    var payloadType: UInt8 = 0
    /// `a=rtpmap` without the payload type.
    var encoding = "PCMU/8000"
    /// Further attributes, without `a=`.
    var attributes: [String] = []
}
