import BatonBase
import BatonSDP
import Testing

@testable import BatonMedia

/// Random lists of codecs, options and dialogs: what always holds.
@Suite("Random codec negotiations (N20)")
struct CodecPropertyTests {
    @Test(
        "N20: whatever is offered, answered and asked for, the rules of SDP hold", arguments: 0..<40
    )
    func rulesHold(_ seed: Int) throws {
        var script = CodecScript(seed: UInt64(seed))
        var agreement = CodecAgreement()
        for step in 0..<40 {
            let comment = Comment(rawValue: "seed \(seed), step \(step)")
            let role = script.chance(70) ? CodecAgreement.Role.caller : .callee
            let section = try CodecCall.section(script.list())
            let known = agreement[role.other].bindings
            let outcome = agreement.offer(section, from: role, script.options())
            if outcome.section != section {
                check(outcome.section, comment)
                checkBindings(outcome.section, known, comment)
            }
            for _ in 0..<script.number(3) {
                let answer =
                    script.chance(80)
                    ? try CodecCall.section(script.answer(to: outcome.section))
                    : try CodecCall.section(script.list())
                let result = agreement.answer(answer, from: role.other, script.options())
                if result.section != answer {
                    check(result.section, comment)
                    checkSubset(result.section, of: section, comment)
                }
                checkPlans(agreement, role, section, answer, outcome.section, result, comment)
            }
        }
    }

    @Test(
        "N20: without options nothing is touched or converted, whatever is said", arguments: 0..<20)
    func nothingAsked(_ seed: Int) throws {
        var script = CodecScript(seed: 5_000 + UInt64(seed))
        var agreement = CodecAgreement()
        for step in 0..<40 {
            let role = script.chance(50) ? CodecAgreement.Role.caller : .callee
            let offer = try CodecCall.section(script.list())
            #expect(
                agreement.offer(offer, from: role, CodecOptions()) == CodecOutcome(offer),
                "seed \(seed), step \(step)")
            let answer = try CodecCall.section(script.list())
            #expect(
                agreement.answer(answer, from: role.other, CodecOptions()) == CodecOutcome(answer))
            #expect(!agreement.isConverting)
        }
    }

    @Test(
        "N20: a message repeated at once gives the same again and changes nothing",
        arguments: 0..<20)
    func repetition(_ seed: Int) throws {
        var script = CodecScript(seed: 9_000 + UInt64(seed))
        var agreement = CodecAgreement()
        for step in 0..<20 {
            let comment = Comment(rawValue: "seed \(seed), step \(step)")
            var options = script.options()
            options.switches.remove(.reset)
            let section = try CodecCall.section(script.list())
            let first = agreement.offer(section, from: .caller, options)
            let state = agreement
            #expect(agreement.offer(section, from: .caller, options) == first, comment)
            #expect(agreement == state, comment)
            let answer = try CodecCall.section(script.answer(to: first.section))
            let answered = agreement.answer(answer, from: .callee, options)
            let settled = agreement
            options.switches.remove(.reuseCodecs)
            if agreement.caller.offer?.edit?.options.switches.contains(.reuseCodecs) == true {
                continue
            }
            #expect(agreement.answer(answer, from: .callee, options) == answered, comment)
            #expect(agreement == settled, comment)
        }
    }

    private func check(_ section: MediaDescription, _ comment: Comment) {
        let types = section.payloadTypes
        #expect(Set(types).count == types.count, comment)
        #expect(Set(section.rtpMaps.map(\.payloadType)).isSubset(of: types), comment)
        var description = SessionDescription(lines: [], media: [section])
        description.lines = [SDPLine(.version, "0")]
        let again = try? SessionDescription(parsing: description.serialized())
        #expect(again?.media == [section], comment)
    }

    private func checkBindings(
        _ section: MediaDescription, _ known: [CodecFormat], _ comment: Comment
    ) {
        for format in section.codecFormats where !format.encoding.isEmpty {
            guard let old = known.first(where: { $0.payloadType == format.payloadType }) else {
                continue
            }
            #expect(old.isSameCodec(as: format), comment)
        }
    }

    private func checkSubset(
        _ section: MediaDescription, of offer: MediaDescription, _ comment: Comment
    ) {
        let offered = offer.codecFormats
        for format in section.codecFormats {
            #expect(
                offered.contains {
                    $0.payloadType == format.payloadType
                        && ($0.isSameCodec(as: format) || $0.encoding.isEmpty
                            || format.encoding.isEmpty)
                }, comment)
        }
    }

    /// Plans name only what was agreed: sources that the sender was told of or has answered with,
    /// targets that the receiver has listed.
    private func checkPlans(
        _ agreement: CodecAgreement, _ offerer: CodecAgreement.Role, _ offer: MediaDescription,
        _ answer: MediaDescription, _ shown: MediaDescription, _ result: CodecOutcome,
        _ comment: Comment
    ) {
        if let plan = agreement.conversion(from: offerer) {
            checkPlan(plan, result.section.payloadTypes, answer.payloadTypes, comment)
        }
        if let plan = agreement.conversion(from: offerer.other) {
            checkPlan(
                plan, shown.payloadTypes + answer.payloadTypes, offer.payloadTypes, comment)
        }
    }

    private func checkPlan(
        _ plan: MediaConversion, _ sources: [UInt8], _ targets: [UInt8], _ comment: Comment
    ) {
        let numbers = plan.rules.map(\.source.payloadType)
        #expect(Set(numbers).count == numbers.count, comment)
        #expect(Set(numbers).isSubset(of: sources), comment)
        for rule in plan.rules {
            switch rule.action {
            case .pass: #expect(targets.contains(rule.source.payloadType), comment)
            case .passAs(let number): #expect(targets.contains(number), comment)
            case .convert(let target):
                #expect(target.format.isConvertibleAudio, comment)
                #expect(rule.source.transcodable != nil, comment)
                #expect(targets.contains(target.format.payloadType), comment)
                #expect(CodecOptions.packetTimesMs.contains(target.packetTimeMs), comment)
            case .telephoneEvent(let format), .comfortNoise(let format):
                #expect(targets.contains(format.payloadType), comment)
                #expect(format.kind == rule.source.kind, comment)
            case .tones:
                #expect(rule.source.kind == .telephoneEvent && plan.needsTranscoder, comment)
                #expect(plan.telephoneEvents.isEmpty, comment)
            case .drop: break
            }
        }
        #expect(!plan.isPlainRelay, comment)
    }
}

/// Makes up sections and options from a seed.
struct CodecScript {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func number(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

    private static let codecs = [
        "PCMU/8000", "PCMA/8000", "G722/8000", "opus/48000/2", "L16/16000", "L16/44100/2",
        "telephone-event/8000", "telephone-event/48000", "CN/8000", "G729/8000", "iLBC/8000",
        "red/48000", "AMR/8000", "CN/16000",
    ]
    private static let fixed = ["0", "8", "9", "3", "18", "13", "11", "72"]
    private static let patterns: [CodecPattern] = [
        "all", "full", "PCMU", "pcma", "G722", "opus", "opus/48000/1/16000", "L16", "L16/16000",
        "L16/8000/2", "telephone-event", "telephone-event/8000", "CN", "G729", "iLBC", "0", "96",
        "opus/48000/2/64000/60/stereo--1", "nonsense",
    ]

    /// A section's formats, some of them odd.
    mutating func list() -> String {
        var words: [String] = []
        for _ in 0...number(6) {
            if chance(35) {
                words.append(Self.fixed[number(Self.fixed.count)])
            } else {
                let number = chance(90) ? 96 + self.number(12) : self.number(128)
                let codec = Self.codecs[self.number(Self.codecs.count)]
                let parameters = chance(30) ? ";\(chance(50) ? "0-15" : "stereo=1")" : ""
                words.append("\(number)=\(codec)\(parameters)")
            }
        }
        if chance(20) { words.append("ptime=\(number(70))") }
        if chance(10) { words.append("maxptime=\(number(70))") }
        return words.joined(separator: " ")
    }

    /// An answer to `section`: some of its formats, some renumbered, in any order.
    mutating func answer(to section: MediaDescription) -> String {
        var words = CodecCall.list(section).split(separator: " ").map(String.init)
        words.shuffle(using: &random)
        words.removeAll { _ in chance(40) }
        if chance(15), let first = words.first, let equals = first.firstIndex(of: "=") {
            words[0] = "\(96 + number(20))" + first[equals...]
        }
        if !words.contains(where: { $0.first?.isNumber == true }) { words.append("8") }
        return words.joined(separator: " ")
    }

    mutating func options() -> CodecOptions {
        var options = CodecOptions()
        if chance(30) { return options }
        let lists: [WritableKeyPath<CodecOptions, [CodecPattern]>] = [
            \.strip, \.offer, \.except, \.ignore, \.accept, \.consume, \.mask, \.set, \.transcode,
            \.transcode,
        ]
        for list in lists where chance(25) {
            for _ in 0...number(2) {
                options[keyPath: list].append(Self.patterns[number(Self.patterns.count)])
            }
        }
        if chance(10) { options.packetTimeMs = UInt32(number(200)) }
        if chance(10) { options.reversePacketTimeMs = UInt32(number(200)) }
        for bit in 0..<8 where chance(8) {
            options.switches.insert(CodecSwitches(rawValue: 1 << UInt16(bit)))
        }
        return options
    }
}
